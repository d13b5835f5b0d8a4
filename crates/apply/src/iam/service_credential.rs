//! `iam.service_credential`. AWS says the password once: it goes into the file
//! that the resource names or to whoever listens, and is kept nowhere.
//!
//! A credential's id is known only when it is made, and so is its mark. A mark
//! that says "about to be made" goes before, so that one whose making was cut off
//! is known for the stack's: its password never reached anybody, and it is
//! deleted before another is made.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use recon_aws::{ReadOp, WriteOp};
use recon_model::{Found, KindId, PENDING_CREDENTIAL, Pending, mark_key};
use serde_json::{Value, json};

use super::{GONE, Holder, TAG_USER, UNTAG_USER, mark};
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("iam", "CreateServiceSpecificCredential");
const UPDATE: WriteOp = WriteOp::new("iam", "UpdateServiceSpecificCredential");
const DELETE: WriteOp = WriteOp::new("iam", "DeleteServiceSpecificCredential");
const LIST: ReadOp = ReadOp::new("iam", "ListServiceSpecificCredentials");
const USER: ReadOp = ReadOp::new("iam", "GetUser");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    // before AWS makes a password that nobody could write down
    let file = password_file(cx, item).map(|path| Ok::<_, Failure>((open(&path)?, path))).transpose()?;
    about_to(cx, item).await?;
    let answer = match cx.write(CREATE, item.kind.kind().creation(&item.spec)).await {
        Ok(answer) => answer,
        Err(error) => {
            if let Some((_, path)) = &file {
                // it is empty, and the error above says more than one here
                let _ = std::fs::remove_file(path);
            }
            return Err(error.into());
        }
    };
    let credential = &answer["ServiceSpecificCredential"];
    hand_over(cx, item, credential, file)?;
    let exports = crate::ecs::exports(
        credential,
        &[("id", "ServiceSpecificCredentialId"), ("service_user_name", "ServiceUserName")],
    );
    let id = exports.get("id").map(String::as_str).unwrap_or_default();
    let key = mark_key(item.kind, id).unwrap_or_default();
    mark(cx, &Holder::User(item.text("user").into()), &key, item.address).await?;
    if item.spec["status"] == "Inactive" {
        status(cx, item, id).await?;
    }
    Ok(exports)
}

/// Ends one whose making was cut off, and says that another is about to be made.
async fn about_to(cx: &Cx<'_>, item: &Item<'_>) -> Result<(), Failure> {
    let user = item.text("user");
    let input = json!({"UserName": user, "ServiceName": item.spec["service_name"]});
    let (listed, tagged) =
        tokio::join!(cx.read_iam(LIST, input), cx.read_iam(USER, json!({"UserName": user})));
    let tags = tagged?["User"]["Tags"].clone();
    let listed = listed?;
    let ids = listed["ServiceSpecificCredentials"].as_array().into_iter().flatten();
    let ids = ids.filter_map(|credential| credential["ServiceSpecificCredentialId"].as_str());
    let mut before = Vec::new();
    for id in ids {
        if Pending::of(&tags, &cx.stack.name, item.address).is_some_and(|pending| pending.lost(id)) {
            let input = json!({"UserName": user, "ServiceSpecificCredentialId": id});
            cx.write_unless(DELETE, input, GONE).await?;
        } else {
            before.push(id);
        }
    }
    let value = Pending::tag(&cx.stack.name, item.address, &before);
    let tags = json!([{"Key": PENDING_CREDENTIAL, "Value": value}]);
    cx.write(TAG_USER, json!({"UserName": user, "Tags": tags})).await?;
    Ok(())
}

/// Relative to the file that declares the resource.
fn password_file(cx: &Cx<'_>, item: &Item<'_>) -> Option<PathBuf> {
    let path = Path::new(item.spec["password_file"].as_str()?);
    let source = cx.stack.sources.get(item.resource.span.file);
    let folder = source.and_then(|source| source.path.parent()).unwrap_or(Path::new(""));
    Some(folder.join(path))
}

/// A new file that nobody else may read. One without anything in it is what a
/// run left that was cut off.
fn open(path: &Path) -> Result<File, Failure> {
    let empty = std::fs::symlink_metadata(path).is_ok_and(|there| there.is_file() && there.len() == 0);
    if empty {
        // creating it anew says what is wrong where this does not work
        let _ = std::fs::remove_file(path);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| {
        let what = match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                "is there already, and a password is not written over it".into()
            }
            _ => format!("cannot be made: {error}"),
        };
        Failure::Refused(format!("password_file {} {what}", path.display()))
    })
}

fn hand_over(
    cx: &Cx<'_>,
    item: &Item<'_>,
    credential: &Value,
    file: Option<(File, PathBuf)>,
) -> Result<(), Failure> {
    let text = |member: &str| credential[member].as_str().unwrap_or_default().to_string();
    let (user, password) = (text("ServiceUserName"), text("ServicePassword"));
    let Some((mut file, path)) = file else {
        cx.secret(item.address, &format!("user name {user}\npassword  {password}"));
        return Ok(());
    };
    writeln!(file, "{password}").and_then(|()| file.sync_all()).map_err(|error| {
        // the one chance to have it: better seen than lost
        cx.secret(item.address, &format!("user name {user}\npassword  {password}"));
        Failure::Refused(format!("password_file {} cannot be written: {error}", path.display()))
    })
}

async fn status(cx: &Cx<'_>, item: &Item<'_>, id: &str) -> Result<(), Failure> {
    let status = item.spec["status"].as_str().unwrap_or("Active");
    let input = json!({
        "UserName": item.text("user"), "ServiceSpecificCredentialId": id, "Status": status,
    });
    cx.write(UPDATE, input).await?;
    Ok(())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let id = live.export("id").unwrap_or_default();
    if changed.has("status") {
        status(cx, item, id).await?;
    }
    if changed.tags {
        let key = mark_key(item.kind, id).unwrap_or_default();
        mark(cx, &Holder::User(item.text("user").into()), &key, item.address).await?;
    }
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let (user, id) = (live.spec["user"].as_str().unwrap_or_default(), live.export("id").unwrap_or_default());
    let input = json!({"UserName": user, "ServiceSpecificCredentialId": id});
    cx.write_unless(DELETE, input, GONE).await?;
    let key = mark_key(KindId::IamServiceCredential, id).unwrap_or_default();
    let keys = json!([key, PENDING_CREDENTIAL]);
    cx.write_unless(UNTAG_USER, json!({"UserName": user, "TagKeys": keys}), GONE).await?;
    Ok(())
}
