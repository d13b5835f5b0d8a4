//! recon-diff
