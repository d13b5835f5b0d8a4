//! The sandbox on a socket: recon as a client of a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use recon_sandbox::{CallInfo, Fault, Sandbox, State, server};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use super::behaviour::Place;

pub struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server on a free port, and its URL.
fn serve(place: &Place) -> (Server, String) {
    serve_with(place, &[])
}

pub fn serve_with(place: &Place, more: &[&str]) -> (Server, String) {
    let mut command = place.command("sandbox serve --port 0 --sandbox box.json");
    command.args(more);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    (Server(child), first.trim().to_string())
}

/// An empty account in this process, with a say in how each call goes, and its URL.
pub fn serve_hooked(
    hook: impl Fn(&CallInfo<'_>) -> Option<Fault> + Send + Sync + 'static,
) -> (Runtime, String) {
    let sandbox = Arc::new(Sandbox::new(State::new(recon_sandbox::ACCOUNT)));
    sandbox.on_call(Box::new(hook));
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(server::serve(sandbox, listener, || {}));
    (runtime, url)
}

#[test]
fn a_served_sandbox_is_an_aws_whose_account_survives_it() {
    let place = Place::empty();
    place.write(
        "desired/stack.toml",
        "[stack]\nname = \"s\"\nregion = \"eu-west-1\"\n[ecs.cluster.a]\nname = \"a\"\n\
         [iam.role.r]\nname = \"r\"\ntrust = { services = [\"ecs-tasks.amazonaws.com\"] }\n",
    );
    let (server, url) = serve(&place);
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let remote = |words: &str| {
        let mut command = place.command(words);
        command.env("AWS_ENDPOINT_URL", &url).env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "x");
        command.output().unwrap().status.code()
    };
    assert_eq!(remote("plan --detailed-exitcode"), Some(2));
    assert_eq!(remote("apply --auto-approve"), Some(0));
    assert_eq!(remote("plan --detailed-exitcode"), Some(0));
    // the file follows soon after
    let patience = Instant::now() + Duration::from_secs(20);
    while place.recon("plan --detailed-exitcode --sandbox=box.json").code() != 0 {
        assert!(Instant::now() < patience, "what was served never reached the file");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(server);
}

#[test]
fn a_taken_port_is_told() {
    let place = Place::empty();
    let (_server, url) = serve(&place);
    let port = url.rsplit(':').next().unwrap();
    let err = place.recon(&format!("sandbox serve --port {port} --sandbox other.json")).expect(1).err();
    assert!(err.contains(&format!("127.0.0.1:{port} cannot be listened on")), "{err}");
}
