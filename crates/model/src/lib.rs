//! recon-model
