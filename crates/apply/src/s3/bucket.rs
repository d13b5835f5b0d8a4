//! `s3.bucket`.

use recon_model::Found;

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

pub async fn create(_cx: &Cx<'_>, _item: &Item<'_>) -> Result<Exports, Failure> {
    Err(Failure::Refused("nobody writes this kind yet".into()))
}

pub async fn update(
    _cx: &Cx<'_>,
    _item: &Item<'_>,
    _live: &Found,
    _changed: &Changed,
) -> Result<Exports, Failure> {
    Err(Failure::Refused("nobody writes this kind yet".into()))
}

pub async fn delete(_cx: &Cx<'_>, _live: &Found) -> Result<(), Failure> {
    Err(Failure::Refused("nobody writes this kind yet".into()))
}
