//! Repositories of images, as checkov and others would have them.

use recon_model::KindId::EcrRepository;

use crate::cb;
use crate::rule::{By, Rule, Severity};

pub static MISC_017: Rule = Rule {
    id: "MISC-017",
    severity: Severity::Advice,
    title: "images that nobody looks through",
    doc: "Scanning on push tells of known holes in an image's packages before it runs. (A registry may scan everything by \
          its own rules; then this is not needed.)",
    fix: "image_scanning_configuration = { scan_on_push = true }",
    source: "checkov CKV_AWS_163; AWS Security Hub ECR.1",
    bad: r#"
[ecr.repository.api]
image_scanning_configuration = { scan_on_push = false }
"#,
    good: r#"
[ecr.repository.api]
image_scanning_configuration = { scan_on_push = true }
"#,
    by: By::Check(|cx, out| {
        for repository in cx.of(EcrRepository) {
            let at = repository.get("image_scanning_configuration.scan_on_push");
            if !at.flag() && at.known() {
                let place = if at.exists() { &at } else { &repository };
                out.at(place, format!("{} is not scanned on push", repository.address()));
            }
        }
    }),
};

pub static MISC_018: Rule = Rule {
    id: "MISC-018",
    severity: Severity::Advice,
    title: "tags that may name another image tomorrow",
    doc: "Where every build tags its image by the commit, immutable tags make sure that a tag is that image for ever. \
          Where a build pushes one constant tag they would refuse the second push, so nothing is said (CB-015).",
    fix: "image_tag_mutability = \"IMMUTABLE\"",
    source: "checkov CKV_AWS_51; AWS Security Hub ECR.2",
    bad: r#"
[ecr.repository.api]
image_tag_mutability = "MUTABLE"
"#,
    good: r#"
[ecr.repository.api]
image_tag_mutability = "IMMUTABLE"
"#,
    by: By::Check(|cx, out| {
        for repository in cx.of(EcrRepository) {
            let at = repository.get("image_tag_mutability");
            if at.is("MUTABLE") && !cb::constant_tag_into(&repository) {
                let place = if at.exists() { &at } else { &repository };
                out.at(place, format!("{} lets a tag move to another image", repository.address()));
            }
        }
    }),
};

pub static MISC_019: Rule = Rule {
    id: "MISC-019",
    severity: Severity::Advice,
    title: "images that are kept for ever",
    doc: "Every build pushes an image, and nothing but a lifecycle policy removes one.",
    fix: "lifecycle_policy.rules = [{ rulePriority = 1, selection = { tagStatus = \"any\", countType = \"imageCountMoreThan\", countNumber = 50 }, action = { type = \"expire\" } }]",
    source: "AWS: ECR user guide, lifecycle policies; AWS Security Hub ECR.3",
    bad: r#"
[ecr.repository.tools]
name                         = "tools"
image_tag_mutability         = "IMMUTABLE"
image_scanning_configuration = { scan_on_push = true }
"#,
    good: r#"
[ecr.repository.tools]
name                         = "tools"
image_tag_mutability         = "IMMUTABLE"
image_scanning_configuration = { scan_on_push = true }
lifecycle_policy             = { rules = [{ rulePriority = 1, selection = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }, action = { type = "expire" } }] }
"#,
    by: By::Check(|cx, out| {
        for repository in cx.of(EcrRepository) {
            if !repository.get("lifecycle_policy").exists() {
                out.at(&repository, format!("{} keeps every image", repository.address()));
            }
        }
    }),
};
