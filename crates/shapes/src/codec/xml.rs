//! XML as a tree, and the tree as a document: answers of awsQuery, ec2Query and S3.

use std::io;

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer, XmlVersion};
use serde_json::{Map, Value};

use super::error::Misfit;
use super::form::{from_text, to_text};
use super::time::TimeFormat;
use crate::service::Service;
use crate::shape::{Member, Shape, ShapeType};

/// No document of AWS nests deeper; a stranger's must not exhaust the stack.
const DEPTH: usize = 64;

/// One element. Elements go by their local name, attributes by their full one.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    pub fn with_text(name: &str, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::new(name) }
    }

    pub fn with_namespace(mut self, uri: Option<&str>) -> Self {
        self.attributes.extend(uri.map(|uri| ("xmlns".to_string(), uri.to_string())));
        self
    }

    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Text of a child, empty where there is none.
    pub fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| &child.text)
    }

    /// The document with this root.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        // a Vec takes everything that is written to it
        let written = writer
            .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
            .and_then(|()| self.write(&mut writer));
        debug_assert!(written.is_ok());
        writer.into_inner()
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut start = BytesStart::new(self.name.as_str());
        for (name, value) in &self.attributes {
            start.push_attribute((name.as_str(), value.as_str()));
        }
        if self.children.is_empty() && self.text.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        // a bare carriage return would be read as a line feed
        let text = quick_xml::escape::escape(self.text.as_str()).replace('\r', "&#13;");
        writer.write_event(Event::Text(BytesText::from_escaped(text)))?;
        for child in &self.children {
            child.write(writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new(self.name.as_str())))
    }

    /// The root of a document.
    pub fn parse(body: &[u8]) -> Result<Self, Misfit> {
        let broken = |problem: String| Misfit::new(format!("is not XML ({problem})"));
        let text = std::str::from_utf8(body).map_err(|e| broken(e.to_string()))?;
        let mut reader = Reader::from_str(text);
        // the bottom of the stack stands for the document itself
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(|e| broken(e.to_string()))? {
                Event::Start(_) if open.len() > DEPTH => return Err(broken("it is too deep".into())),
                Event::Start(start) => open.push(Self::opened(&start)?),
                Event::Empty(start) => close(&mut open, Self::opened(&start)?),
                Event::End(_) => {
                    let done = open.pop().unwrap_or_default();
                    close(&mut open, done);
                }
                Event::Text(text) => append(&mut open, &text.xml10_content()),
                Event::CData(text) => append(&mut open, &text),
                Event::GeneralRef(reference) => {
                    let text = match reference.resolve_char_ref().map_err(|e| broken(e.to_string()))? {
                        Some(c) => c.to_string(),
                        None => quick_xml::escape::resolve_predefined_entity(&reference)
                            .ok_or_else(|| broken(format!("entity &{};", &*reference)))?
                            .to_string(),
                    };
                    append(&mut open, &text);
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        if open.len() > 1 {
            return Err(broken("it ends in the middle".into()));
        }
        let root = open.pop().and_then(|mut document| document.children.pop());
        root.ok_or_else(|| broken("no element".into()))
    }

    fn opened(start: &BytesStart<'_>) -> Result<Self, Misfit> {
        let mut element = Self::new(start.local_name().as_ref());
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|e| Misfit::new(format!("is not XML ({e})")))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|e| Misfit::new(format!("is not XML ({e})")))?;
            element.attributes.push((attribute.key.as_ref().to_string(), value.to_string()));
        }
        Ok(element)
    }
}

fn close(open: &mut [Element], done: Element) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(done);
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Is the list or map written without a wrapping element?
pub(super) fn flattened(member: &Member, shape: &Shape) -> bool {
    member.flattened || shape.flattened
}

/// Name of the element that holds a member, or one item of a flattened list.
fn element_name<'a>(name: &'a str, member: &'a Member, shape: &'a Shape) -> &'a str {
    let item = shape.member.as_ref().filter(|_| flattened(member, shape));
    let own = member.location_name.as_deref();
    own.or_else(|| item.and_then(|item| item.location_name.as_deref())).unwrap_or(name)
}

fn wire_name<'a>(member: &'a Member, default: &'a str) -> &'a str {
    member.location_name.as_deref().unwrap_or(default)
}

/// Writes the members of a structure (those without a place of their own) into an element.
pub(super) fn write_structure(service: &Service, shape: &Shape, value: &Value, into: &mut Element) {
    for (name, member) in &shape.members {
        let Some(value) = value.get(name).filter(|_| member.location.is_none()) else { continue };
        if member.xml_attribute {
            let text = to_text(service, member, value, TimeFormat::Iso8601);
            into.attributes.push((wire_name(member, name).to_string(), text));
        } else {
            write(service, element_name(name, member, service.shape_of(member)), member, value, into);
        }
    }
}

/// Writes a value as a child (or several, when flattened) of an element.
pub(super) fn write(service: &Service, name: &str, member: &Member, value: &Value, into: &mut Element) {
    let shape = service.shape_of(member);
    let mut element = Element::new(name);
    if let Some(namespace) = member.xml_namespace.as_ref().or(shape.xml_namespace.as_ref()) {
        let prefix = namespace.prefix.as_ref().map(|p| format!(":{p}")).unwrap_or_default();
        element.attributes.push((format!("xmlns{prefix}"), namespace.uri.clone()));
    }
    match (shape.kind, value) {
        (ShapeType::Structure, _) => write_structure(service, shape, value, &mut element),
        (ShapeType::List, Value::Array(items)) => {
            let Some(item) = &shape.member else { return };
            if flattened(member, shape) {
                return items.iter().for_each(|value| write(service, name, item, value, into));
            }
            for value in items {
                write(service, wire_name(item, "member"), item, value, &mut element);
            }
        }
        (ShapeType::Map, Value::Object(entries)) => {
            let flat = flattened(member, shape);
            for (k, v) in entries {
                let entry = write_entry(service, shape, if flat { name } else { "entry" }, k, v);
                if flat { into.children.push(entry) } else { element.children.push(entry) }
            }
            if flat {
                return;
            }
        }
        _ => element.text = to_text(service, member, value, TimeFormat::Iso8601),
    }
    into.children.push(element);
}

fn write_entry(service: &Service, shape: &Shape, name: &str, key: &str, value: &Value) -> Element {
    let mut entry = Element::new(name);
    if let (Some(k), Some(v)) = (&shape.key, &shape.value) {
        entry.children.push(Element::with_text(wire_name(k, "key"), key));
        write(service, wire_name(v, "value"), v, value, &mut entry);
    }
    entry
}

/// Reads the members of a structure out of an element.
pub(super) fn read_structure(
    service: &Service,
    shape: &Shape,
    from: &Element,
) -> Result<Map<String, Value>, Misfit> {
    let mut out = Map::new();
    for (name, member) in shape.members.iter().filter(|(_, m)| m.location.is_none()) {
        if let Some(value) = read_member(service, name, member, from).map_err(|m| m.under(name))? {
            out.insert(name.clone(), value);
        }
    }
    Ok(out)
}

fn read_member(
    service: &Service,
    name: &str,
    member: &Member,
    from: &Element,
) -> Result<Option<Value>, Misfit> {
    let shape = service.shape_of(member);
    if member.xml_attribute {
        let attribute = from.attributes.iter().find(|(n, _)| n == wire_name(member, name));
        return attribute.map(|(_, text)| from_text(service, member, text)).transpose();
    }
    let wanted = element_name(name, member, shape);
    if !flattened(member, shape) {
        return from.child(wanted).map(|element| read(service, member, element)).transpose();
    }
    let elements: Vec<&Element> = from.children.iter().filter(|child| child.name == wanted).collect();
    if elements.is_empty() {
        return Ok(None);
    }
    match (&shape.member, shape.kind) {
        (Some(item), ShapeType::List) => read_items(service, item, elements.into_iter()).map(Some),
        _ => read_entries(service, shape, elements.into_iter()).map(Some),
    }
}

/// Reads the value that an element is.
pub(super) fn read(service: &Service, member: &Member, element: &Element) -> Result<Value, Misfit> {
    let shape = service.shape_of(member);
    match (shape.kind, &shape.member) {
        (ShapeType::Structure, _) => read_structure(service, shape, element).map(Value::Object),
        (ShapeType::List, Some(item)) => read_items(service, item, element.children.iter()),
        (ShapeType::Map, _) => read_entries(service, shape, element.children.iter()),
        _ => from_text(service, member, &element.text),
    }
}

fn read_items<'a>(
    service: &Service,
    item: &Member,
    elements: impl Iterator<Item = &'a Element>,
) -> Result<Value, Misfit> {
    let items = elements.enumerate().map(|(i, e)| read(service, item, e).map_err(|m| m.at(i)));
    Ok(Value::Array(items.collect::<Result<_, _>>()?))
}

fn read_entries<'a>(
    service: &Service,
    shape: &Shape,
    entries: impl Iterator<Item = &'a Element>,
) -> Result<Value, Misfit> {
    let mut out = Map::new();
    if let (Some(k), Some(v)) = (&shape.key, &shape.value) {
        for entry in entries {
            let key = entry.text_of(wire_name(k, "key"));
            let value = entry.child(wire_name(v, "value"));
            let value = value.ok_or_else(|| Misfit::new("has no value").under(key))?;
            out.insert(key.to_string(), read(service, v, value).map_err(|m| m.under(key))?);
        }
    }
    Ok(Value::Object(out))
}
