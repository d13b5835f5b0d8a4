//! `iam.group`: facts in AWS's API reference, CreateGroup, AddUserToGroup,
//! PutGroupPolicy and AttachGroupPolicy. AWS has no tags on groups.

use crate::iam::role::{inline, managed};
use crate::kind::{Kind, to};
use crate::schema::{Field, Order, Type};

pub(crate) fn kind() -> Kind {
    Kind::new("iam.group", "iam", "CreateGroupRequest", "Users who may do the same.")
        .cfn("AWS::IAM::Group")
        .rename("group_name", "name")
        .exports(&["arn", "name", "id"])
        .untagged()
        .create_only(&["name"])
        .default("path", "/")
        .add(members())
        .add(managed())
        .add(inline())
}

/// AWS adds each by a call of its own, and deletes no user that is in a group.
fn members() -> Field {
    let mut item = Field::new("", "", Type::Text { allowed: Vec::new() });
    item.reference = Some(to(&["iam.user"], "name").holding());
    let mut field = Field::new("members", "Users", Type::List { item: Box::new(item), order: Order::Set });
    field.doc = "Users in the group.".into();
    field
}
