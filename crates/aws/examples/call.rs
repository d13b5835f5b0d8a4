//! One call to AWS (or to what `AWS_ENDPOINT_URL` names) from the command line:
//!
//! ```text
//! cargo run -p recon-aws --example call -- ecs DescribeClusters '{"clusters": ["test"]}'
//! ```

use recon_aws::{Options, ReadOp, Session, WriteOp};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut word = || arguments.next().map(|word| -> &'static str { word.leak() });
    let (service, operation) = word().zip(word()).ok_or("give a service, an operation and an input")?;
    let input: Value = serde_json::from_str(word().unwrap_or("{}"))?;

    let session = Session::connect(Options::default()).await?;
    let reading = ["Describe", "Get", "List", "BatchGet", "Head"];
    let answer = if reading.iter().any(|verb| operation.starts_with(verb)) {
        session.reader().read_all(ReadOp::new(service, operation), input).await?
    } else {
        session.writer().write(WriteOp::new(service, operation), input).await?
    };
    println!("{answer:#}");
    eprintln!("{:?}", session.calls());
    Ok(())
}
