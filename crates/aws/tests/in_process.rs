//! A session over a service in the same process, on a paused clock.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use recon_aws::{Answer, AwsError, Dropped, InProcess, Kind, Options, ReadOp, Session, WriteOp};
use recon_shapes::codec::{WireRequest, WireResponse};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

const DESCRIBE: ReadOp = ReadOp::new("ecs", "DescribeClusters");
const LIST: ReadOp = ReadOp::new("ecs", "ListClusters");
const CREATE: WriteOp = WriteOp::new("ecs", "CreateCluster");

/// Gives the prepared answers in turn, the last one again and again.
struct Script {
    turns: Vec<Turn>,
    delay: Duration,
    seen: Mutex<Vec<WireRequest>>,
    busiest: Mutex<(usize, usize)>,
}

#[derive(Clone)]
enum Turn {
    Answer(u16, Value),
    Drop,
    Silence,
}

impl Script {
    fn of(turns: impl IntoIterator<Item = Turn>) -> Arc<Script> {
        Script::slow(Duration::ZERO, turns)
    }

    fn slow(delay: Duration, turns: impl IntoIterator<Item = Turn>) -> Arc<Script> {
        let turns = turns.into_iter().collect();
        Arc::new(Script { turns, delay, seen: Mutex::default(), busiest: Mutex::default() })
    }

    fn requests(&self) -> Vec<WireRequest> {
        self.seen.lock().unwrap().clone()
    }

    fn turn(&self, request: WireRequest) -> Turn {
        let mut seen = self.seen.lock().unwrap();
        seen.push(request);
        self.turns[seen.len().min(self.turns.len()) - 1].clone()
    }

    fn entered(&self) {
        let mut busiest = self.busiest.lock().unwrap();
        busiest.0 += 1;
        busiest.1 = busiest.1.max(busiest.0);
    }
}

impl InProcess for Script {
    fn answer(&self, request: WireRequest) -> Answer<'_> {
        let turn = self.turn(request);
        Box::pin(async move {
            self.entered();
            sleep(self.delay).await;
            self.busiest.lock().unwrap().0 -= 1;
            match turn {
                Turn::Answer(status, body) => Ok(WireResponse {
                    status,
                    headers: vec![("x-amzn-requestid".into(), "r-1".into())],
                    body: body.to_string().into_bytes(),
                }),
                Turn::Drop => Err(Dropped),
                Turn::Silence => std::future::pending().await,
            }
        })
    }
}

fn ok(body: Value) -> Turn {
    Turn::Answer(200, body)
}

fn error(status: u16, code: &str) -> Turn {
    Turn::Answer(status, json!({ "__type": code, "message": "in words" }))
}

async fn session(script: &Arc<Script>) -> Session {
    let http: Arc<dyn InProcess> = Arc::<Script>::clone(script);
    Session::connect(Options { http: Some(http), ..Options::default() }).await.unwrap()
}

async fn describe(session: &Session) -> Result<Value, AwsError> {
    session.reader().read(DESCRIBE, json!({ "clusters": ["test"] })).await
}

#[tokio::test(start_paused = true)]
async fn a_request_is_signed_named_and_encoded_as_aws_expects_it() {
    let script = Script::of([ok(json!({ "clusters": [{ "clusterName": "test" }] }))]);
    let answer = describe(&session(&script).await).await.unwrap();
    assert_eq!(answer["clusters"][0]["clusterName"], "test");

    let requests = script.requests();
    let request = &requests[0];
    let header = |name: &str| request.header(name).unwrap_or_default();
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/"));
    assert_eq!(header("host"), "ecs.us-east-1.amazonaws.com");
    assert_eq!(header("x-amz-target"), "AmazonEC2ContainerServiceV20141113.DescribeClusters");
    assert_eq!(header("user-agent"), concat!("recon/", env!("CARGO_PKG_VERSION")));
    assert!(header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKIARECONSANDBOX0000/"));
    assert!(header("authorization").contains("/us-east-1/ecs/aws4_request"));
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), json!({ "clusters": ["test"] }));
}

#[tokio::test(start_paused = true)]
async fn iam_is_signed_for_the_region_of_its_partition() {
    let script = Script::of([error(404, "NoSuchEntity")]);
    let http: Arc<dyn InProcess> = Arc::<Script>::clone(&script);
    let options = Options { http: Some(http), region: Some("ap-northeast-2".into()), ..Options::default() };
    let session = Session::connect(options).await.unwrap();
    let _ = session.reader().read(ReadOp::new("iam", "GetRole"), json!({ "RoleName": "r" })).await;
    let requests = script.requests();
    assert_eq!(requests[0].header("host"), Some("iam.amazonaws.com"));
    assert!(requests[0].header("authorization").unwrap().contains("/us-east-1/iam/aws4_request"));
    assert_eq!((session.region(), session.partition()), ("ap-northeast-2", "aws"));
}

#[tokio::test(start_paused = true)]
async fn s3_in_process_names_the_bucket_in_the_path_and_hashes_the_body() {
    let script = Script::of([ok(Value::Null)]);
    let session = session(&script).await;
    let input = json!({ "Bucket": "artifacts", "Key": "a b.zip", "Body": "aGVsbG8=" });
    session.writer().write(WriteOp::new("s3", "PutObject"), input).await.unwrap();
    let requests = script.requests();
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("PUT", "/artifacts/a%20b.zip"));
    assert_eq!(requests[0].header("host"), Some("s3.us-east-1.amazonaws.com"));
    let hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    assert_eq!(requests[0].header("x-amz-content-sha256"), Some(hello));
    assert_eq!(requests[0].body, b"hello");
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_is_tried_again_until_it_succeeds_and_every_request_counts() {
    let throttled = || error(400, "ThrottlingException");
    let script = Script::of([throttled(), throttled(), ok(json!({ "clusters": [] }))]);
    let session = session(&script).await;
    let start = Instant::now();
    describe(&session).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(600), "backed off only {:?}", start.elapsed());

    let calls = session.calls();
    assert_eq!((calls.total, calls.throttled), (3, 2));
    assert_eq!(calls.services["ecs"], 3);
    assert_eq!(calls.operations["ecs DescribeClusters"], 3);
    assert!(calls.milliseconds >= 600);
}

#[tokio::test(start_paused = true)]
async fn throttling_without_end_is_told_as_such() {
    let script = Script::of([error(400, "ThrottlingException")]);
    let session = session(&script).await;
    let failure = describe(&session).await.unwrap_err();
    assert_eq!((failure.kind, failure.status), (Kind::Throttled, Some(400)));
    assert_eq!(session.calls().throttled, 10);
}

#[tokio::test(start_paused = true)]
async fn retries_take_the_same_time_in_every_run() {
    let mut times = Vec::new();
    for _ in 0..3 {
        let script = Script::of([error(500, "ServerException")]);
        let session = session(&script).await;
        let start = Instant::now();
        describe(&session).await.unwrap_err();
        times.push(start.elapsed());
    }
    assert!(times[0] > Duration::from_secs(10) && times.iter().all(|time| *time == times[0]), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_aws_is_tried_again_even_under_an_unknown_code() {
    let script = Script::of([error(503, "Whatever"), error(500, "ServerException"), ok(json!({}))]);
    let session = session(&script).await;
    describe(&session).await.unwrap();
    assert_eq!((session.calls().total, session.calls().throttled), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_denied_or_refused_is_asked_once() {
    for (code, kind) in [
        ("AccessDeniedException", Kind::AccessDenied),
        ("ClusterNotFoundException", Kind::Refused),
        ("LimitExceededException", Kind::Refused),
        ("ExpiredTokenException", Kind::Credentials),
    ] {
        let script = Script::of([error(400, code)]);
        let session = session(&script).await;
        let failure = describe(&session).await.unwrap_err();
        assert_eq!((failure.kind, session.calls().total), (kind, 1), "{code}");
        assert!(failure.is(&[code]));
        assert_eq!(failure.to_string(), format!("ecs DescribeClusters: {code}: in words (request id r-1)"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_tried_three_times() {
    let script = Script::of([Turn::Drop]);
    let session = session(&script).await;
    let failure = describe(&session).await.unwrap_err();
    assert_eq!((failure.kind, failure.status, session.calls().total), (Kind::Unreachable, None, 3));
    assert!(failure.message.contains("closed before an answer came"), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_lost_once_does_not_matter() {
    let script = Script::of([Turn::Drop, ok(json!({ "clusters": [] }))]);
    describe(&session(&script).await).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn silence_ends_after_three_time_limits() {
    let script = Script::of([Turn::Silence]);
    let start = Instant::now();
    let failure = describe(&session(&script).await).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unreachable);
    assert!((180..200).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn all_pages_make_one_answer() {
    let script = Script::of([
        ok(json!({ "clusterArns": ["a"], "nextToken": "1" })),
        ok(json!({ "clusterArns": ["b", "c"], "nextToken": "2" })),
        ok(json!({ "clusterArns": [] })),
    ]);
    let session = session(&script).await;
    let answer = session.reader().read_all(LIST, json!({ "maxResults": 2 })).await.unwrap();
    assert_eq!(answer, json!({ "clusterArns": ["a", "b", "c"] }));
    let asked: Vec<Value> =
        script.requests().iter().map(|r| serde_json::from_slice(&r.body).unwrap()).collect();
    assert_eq!(asked[1], json!({ "maxResults": 2, "nextToken": "1" }));
    assert_eq!(asked[2], json!({ "maxResults": 2, "nextToken": "2" }));
}

#[tokio::test(start_paused = true)]
async fn a_page_token_that_comes_twice_is_an_error() {
    let script = Script::of([ok(json!({ "clusterArns": [], "nextToken": "again" }))]);
    let session = session(&script).await;
    let failure = session.reader().read_all(LIST, json!({})).await.unwrap_err();
    assert_eq!((failure.code.as_str(), session.calls().total), ("EndlessPages", 2));
}

#[tokio::test(start_paused = true)]
async fn a_listing_of_more_than_a_thousand_pages_is_an_error() {
    let page = |n: usize| ok(json!({ "clusterArns": ["a"], "nextToken": n.to_string() }));
    let script = Script::of((0..2000).map(page));
    let session = session(&script).await;
    let failure = session.reader().read_all(LIST, json!({})).await.unwrap_err();
    assert_eq!((failure.code.as_str(), session.calls().total), ("EndlessPages", 1000));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_end_is_not_kept_in_memory() {
    let script = Script::of([ok(json!(" ".repeat(64 * 1024 * 1024)))]);
    let failure = describe(&session(&script).await).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Refused, "TooLarge"));
    assert!(failure.message.contains("more than 64 MiB"), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn an_input_that_does_not_fit_is_refused_before_any_call() {
    let script = Script::of([ok(json!({}))]);
    let session = session(&script).await;
    let failure = session.reader().read(DESCRIBE, json!({ "clusters": "test" })).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Refused, "InvalidInput"));
    let unknown = session.reader().read(ReadOp::new("ecs", "DescribeDreams"), json!({})).await.unwrap_err();
    assert_eq!(unknown.code, "UnknownOperation");
    assert_eq!(session.calls().total, 0);
}

#[tokio::test(start_paused = true)]
async fn a_run_below_the_burst_is_not_slowed_down() {
    let script = Script::of([ok(json!({ "clusters": [] }))]);
    let session = session(&script).await;
    let start = Instant::now();
    for _ in 0..25 {
        describe(&session).await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(session.calls().waited_milliseconds, 0);
    describe(&session).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(100), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn services_and_categories_do_not_share_a_budget() {
    let script = Script::of([ok(json!({}))]);
    let session = session(&script).await;
    let start = Instant::now();
    for _ in 0..10 {
        describe(&session).await.unwrap();
        session.reader().read(ReadOp::new("events", "ListRules"), json!({})).await.unwrap();
        session.writer().write(CREATE, json!({ "clusterName": "test" })).await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn no_more_calls_than_allowed_are_under_way() {
    let script = Script::slow(Duration::from_millis(100), [ok(json!({ "clusters": [] }))]);
    let http: Arc<dyn InProcess> = Arc::<Script>::clone(&script);
    let options = Options { http: Some(http), max_in_flight: 3, ..Options::default() };
    let session = Arc::new(Session::connect(options).await.unwrap());
    let start = Instant::now();
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let session = Arc::clone(&session);
            tokio::spawn(async move { describe(&session).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(script.busiest.lock().unwrap().1, 3);
    assert_eq!(start.elapsed(), Duration::from_millis(400));
}

#[tokio::test(start_paused = true)]
async fn the_account_is_asked_once() {
    let body = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
                <Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>AIDA</UserId>\
                <Account>123456789012</Account>\
                </GetCallerIdentityResult></GetCallerIdentityResponse>";
    struct Sts(&'static str);
    impl InProcess for Sts {
        fn answer(&self, _: WireRequest) -> Answer<'_> {
            let body = self.0.as_bytes().to_vec();
            Box::pin(async move { Ok(WireResponse { status: 200, headers: vec![], body }) })
        }
    }
    let options = Options { http: Some(Arc::new(Sts(body))), ..Options::default() };
    let session = Session::connect(options).await.unwrap();
    assert_eq!(session.account().await.unwrap(), "123456789012");
    assert_eq!(session.caller().await.unwrap().arn, "arn:aws:iam::123456789012:user/ann");
    assert_eq!(session.calls().total, 1);
}
