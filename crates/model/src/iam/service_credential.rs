//! `iam.service_credential`: facts in AWS's API reference,
//! CreateServiceSpecificCredential. The password is in that answer only; recon
//! shows it once, or writes it where `password_file` says, and keeps it nowhere.

use crate::compose::{one_of, text};
use crate::kind::{Kind, to};
use crate::schema::Field;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "iam.service_credential",
        "iam",
        "CreateServiceSpecificCredentialRequest",
        "A user's name and password for one service: the HTTPS Git credential of CodeCommit.",
    )
    .rename("user_name", "user")
    .refers("user", to(&["iam.user"], "name").holding())
    .identity(&["service_name", "user"])
    .exports(&["id", "service_user_name"])
    .untagged()
    .create_only(&["user", "service_name"])
    .leave_out(&[("credential_age_days", "for Bedrock's API keys; Git credentials do not expire")])
    .add(status())
    .setting(
        "password_file",
        text(),
        "The file beside the TOML in which the password is written at creation (mode 0600), and that no commit should hold; \
         left out, it is shown on the terminal, once.",
    )
}

fn status() -> Field {
    let mut field = Field::new("status", "Status", one_of(&["Active", "Inactive"]));
    field.doc = "`Inactive` refuses it without deleting it.".into();
    field.default = Some("Active".into());
    field
}
