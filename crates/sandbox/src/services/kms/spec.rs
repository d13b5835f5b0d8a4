//! What a key can do follows from its spec and its usage.

use serde_json::{Value, json};

use crate::form::{put, text};
use crate::refusal::Refusal;

pub(super) fn check(input: &Value) -> Result<(), Refusal> {
    if !input["CustomKeyStoreId"].is_null() {
        let message = "the sandbox has no custom key stores";
        return Err(Refusal::bad("CustomKeyStoreNotFoundException", message));
    }
    let (old, new) = (text(input, "CustomerMasterKeySpec"), text(input, "KeySpec"));
    if !old.is_empty() && !new.is_empty() {
        let message = "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. \
                       CustomerMasterKeySpec is deprecated.";
        return Err(Refusal::bad("ValidationException", message));
    }
    let (spec, usage) = (spec(input), text(input, "KeyUsage"));
    if spec != "SYMMETRIC_DEFAULT" && usage.is_empty() {
        let message = format!("You must specify a KeyUsage value for all KMS keys of KeySpec {spec}.");
        return Err(Refusal::bad("ValidationException", message));
    }
    if !usages(spec).contains(&if usage.is_empty() { "ENCRYPT_DECRYPT" } else { usage }) {
        let message = format!("KeyUsage {usage} is not compatible with KeySpec {spec}");
        return Err(Refusal::bad("ValidationException", message));
    }
    Ok(())
}

pub(super) fn fill_in(input: &Value, metadata: &mut Value) {
    let spec = spec(input);
    metadata["KeySpec"] = json!(spec);
    metadata["CustomerMasterKeySpec"] = json!(spec);
    // newer specs have no place in the old member
    if spec.starts_with("ML_") || spec.contains("EDWARDS") {
        put(metadata, "CustomerMasterKeySpec", Value::Null);
    }
    let (member, algorithms) = algorithms(spec, text(metadata, "KeyUsage"));
    metadata[member] = json!(algorithms);
}

fn spec(input: &Value) -> &str {
    let given = [text(input, "KeySpec"), text(input, "CustomerMasterKeySpec")];
    given.into_iter().find(|spec| !spec.is_empty()).unwrap_or("SYMMETRIC_DEFAULT")
}

fn usages(spec: &str) -> &'static [&'static str] {
    match spec {
        "SYMMETRIC_DEFAULT" => &["ENCRYPT_DECRYPT"],
        "SM2" => &["ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"],
        "ECC_SECG_P256K1" => &["SIGN_VERIFY"],
        _ if spec.starts_with("RSA") => &["ENCRYPT_DECRYPT", "SIGN_VERIFY"],
        _ if spec.starts_with("HMAC") => &["GENERATE_VERIFY_MAC"],
        _ if spec.starts_with("ECC_NIST_P") => &["SIGN_VERIFY", "KEY_AGREEMENT"],
        _ if spec.starts_with("ML_KEM") => &["ENCAPSULATE_DECAPSULATE"],
        _ => &["SIGN_VERIFY"],
    }
}

fn algorithms(spec: &str, usage: &str) -> (&'static str, Vec<String>) {
    let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect();
    match usage {
        "KEY_AGREEMENT" => ("KeyAgreementAlgorithms", texts(&["ECDH"])),
        "ENCAPSULATE_DECAPSULATE" => ("EncapsulationAlgorithms", texts(&["ML_KEM"])),
        "GENERATE_VERIFY_MAC" => ("MacAlgorithms", vec![spec.replace("HMAC_", "HMAC_SHA_")]),
        "SIGN_VERIFY" => ("SigningAlgorithms", signing(spec)),
        _ if spec == "SM2" => ("EncryptionAlgorithms", texts(&["SM2PKE"])),
        _ if spec.starts_with("RSA") => {
            ("EncryptionAlgorithms", texts(&["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]))
        }
        _ => ("EncryptionAlgorithms", texts(&["SYMMETRIC_DEFAULT"])),
    }
}

fn signing(spec: &str) -> Vec<String> {
    let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect();
    match spec {
        "ECC_NIST_P384" => texts(&["ECDSA_SHA_384"]),
        "ECC_NIST_P521" => texts(&["ECDSA_SHA_512"]),
        "ECC_NIST_EDWARDS25519" => texts(&["ED25519_SHA_512", "ED25519_PH_SHA_512"]),
        "SM2" => texts(&["SM2DSA"]),
        _ if spec.starts_with("ML_DSA") => texts(&["ML_DSA_SHAKE_256"]),
        _ if spec.starts_with("RSA") => ["PKCS1_V1_5", "PSS"]
            .iter()
            .flat_map(|padding| [256, 384, 512].map(|bits| format!("RSASSA_{padding}_SHA_{bits}")))
            .collect(),
        _ => texts(&["ECDSA_SHA_256"]),
    }
}
