//! The codec as a filter, to hold it against another one (see
//! `tests/boto3/test_codec_against_botocore.py`): one JSON request a line on
//! standard input, one JSON answer a line on standard output. Bodies are base64.

use std::error::Error;
use std::io::{BufRead, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use recon_shapes::codec::{self, Call, Wire, WireRequest};
use recon_shapes::service;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lock().lines() {
        let task: Value = serde_json::from_str(&line?)?;
        let answer = match text(&task, "do") {
            "decode_request" => decode_request(&task)?,
            "encode_request" => encode_request(&task)?,
            "encode_response" => encode_response(&task)?,
            other => return Err(format!("cannot do {other:?}").into()),
        };
        writeln!(std::io::stdout(), "{answer}")?;
    }
    Ok(())
}

fn text<'a>(task: &'a Value, name: &str) -> &'a str {
    task[name].as_str().unwrap_or_default()
}

fn decode_request(task: &Value) -> Result<Value, Box<dyn Error>> {
    let request = WireRequest {
        method: text(task, "method").into(),
        path: text(task, "path").into(),
        headers: serde_json::from_value(task["headers"].clone())?,
        body: BASE64.decode(text(task, "body"))?,
    };
    Ok(match codec::decode_request(&request) {
        Ok(call) => json!({
            "service": call.service.name,
            "operation": call.operation,
            "input": call.input,
            "wire": format!("{:?}", call.wire),
        }),
        Err(error) => json!({"error": error.to_string()}),
    })
}

fn encode_request(task: &Value) -> Result<Value, Box<dyn Error>> {
    let model = service(text(task, "service")).ok_or("no such service")?;
    Ok(match codec::encode_request_as(wire(task)?, model, text(task, "operation"), &task["document"]) {
        Ok(request) => json!({
            "method": request.method,
            "path": request.path,
            "headers": request.headers,
            "body": BASE64.encode(request.body),
        }),
        Err(error) => json!({"error": error.to_string()}),
    })
}

fn encode_response(task: &Value) -> Result<Value, Box<dyn Error>> {
    let call = Call {
        service: service(text(task, "service")).ok_or("no such service")?,
        operation: text(task, "operation").into(),
        input: json!({}),
        wire: wire(task)?,
        region: None,
        request_id: "request-id".into(),
    };
    let response = codec::encode_response(&call, &Ok(task["document"].clone()));
    Ok(json!({
        "status": response.status,
        "headers": response.headers,
        "body": BASE64.encode(response.body),
    }))
}

/// By botocore's names.
fn wire(task: &Value) -> Result<Wire, Box<dyn Error>> {
    Ok(match text(task, "wire") {
        "json" => Wire::AwsJson,
        "query" => Wire::AwsQuery,
        "ec2" => Wire::Ec2Query,
        "rest-xml" => Wire::RestXml,
        "rest-json" => Wire::RestJson,
        "smithy-rpc-v2-cbor" => Wire::RpcCbor,
        other => return Err(format!("no protocol {other:?}").into()),
    })
}
