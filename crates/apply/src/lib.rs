//! recon-apply
