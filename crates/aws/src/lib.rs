//! recon-aws
