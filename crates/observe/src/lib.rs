//! recon-observe
