//! The client of terminology servers against one on this machine: what it asks, what it keeps, and what it does without an answer.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use case2fhir::sink::terminology_cache::TerminologyCache;
use case2fhir::sink::terminology_server::TerminologyServer;
use case2fhir::terminology::server::{CodeServer, Verdict};

const SCT: &str = "http://snomed.info/sct";
const SET: &str = "http://example.org/ValueSet/findings|1.0";

/// A server on the loopback that answers each request line by a function, with status and body.
struct Fake {
    base: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    fn new(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let base = format!("http://{}/r4", listener.local_addr().expect("it is bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &answer, &seen);
            }
        });
        Self { base, requests }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no thread has panicked").clone()
    }

    fn client(&self, cache: TerminologyCache) -> TerminologyServer {
        TerminologyServer::new(&self.base, cache).expect("the address is good").with_pause(Duration::from_millis(1))
    }
}

fn serve(mut stream: TcpStream, answer: &impl Fn(&str) -> (u16, String), seen: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().expect("a second handle")).lines();
    let Some(Ok(first)) = lines.next() else { return };
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, body) = answer(&path);
    seen.lock().expect("no thread has panicked").push(path);
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: application/fhir+json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}

fn parameters(result: bool, more: &str) -> String {
    format!(r#"{{"resourceType": "Parameters", "parameter": [{{"name": "result", "valueBoolean": {result}}}{more}]}}"#)
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("case2fhir-terminology-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

#[test]
fn it_asks_and_keeps_the_answers() {
    let fake = Fake::new(|path| (200, parameters(path.contains("code=22298006"), "")));
    let folder = folder("keeps");
    let open = || TerminologyCache::open(&folder, &fake.base).expect("the folder can be written");
    let client = fake.client(open());
    assert_eq!(client.validate_code(SET, SCT, "22298006"), Some(Verdict::Valid));
    assert_eq!(client.validate_code(SET, SCT, "73211009"), Some(Verdict::Invalid));
    assert_eq!(client.validate_in_system(SCT, "22298006"), Some(Verdict::Valid));
    assert_eq!(client.validate_code(SET, SCT, "73211009"), Some(Verdict::Invalid), "from memory");
    let requests = fake.requests();
    assert_eq!(requests.len(), 3);
    let first = requests.first().expect("there are three");
    assert!(first.starts_with("/r4/ValueSet/$validate-code?"), "{first}");
    for part in [
        "code=22298006",
        "url=http%3A%2F%2Fexample.org%2FValueSet%2Ffindings",
        "valueSetVersion=1.0",
        "system=http%3A%2F%2Fsnomed.info%2Fsct",
        "_format=json",
    ] {
        assert!(first.contains(part), "{part} in {first}");
    }
    let last = requests.last().expect("there are three");
    assert!(last.starts_with("/r4/CodeSystem/$validate-code?"), "{last}");
    assert!(last.contains("url=http%3A%2F%2Fsnomed.info%2Fsct"), "{last}");
    assert_eq!(client.trouble(), None);
    // Another process finds them, whatever a third has left of a line there.
    let file = std::fs::read_dir(&folder).expect("it is there").next().expect("a file").expect("an entry").path();
    let mut text = std::fs::read_to_string(&file).expect("it is text");
    assert_eq!(text.lines().count(), 3);
    text.push_str("nonsense\n{\"set\": \"\", \"system\": \"urn:x\"}\n{\"set\": \"ur");
    std::fs::write(&file, text).expect("it can be written");
    let again = fake.client(open());
    assert_eq!(again.validate_code(SET, SCT, "22298006"), Some(Verdict::Valid));
    assert_eq!(again.validate_code(SET, SCT, "73211009"), Some(Verdict::Invalid));
    assert_eq!(fake.requests().len(), 3, "nothing was asked again");
    assert_eq!(again.validate_code(SET, SCT, "1"), Some(Verdict::Invalid));
    assert_eq!(open().len(), 4, "a line of its own after the broken one");
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn a_server_that_does_not_know_leaves_it_open() {
    let fake = Fake::new(|path| match path {
        path if path.contains("code=gone") => (404, r#"{"resourceType": "OperationOutcome", "issue": []}"#.into()),
        path if path.contains("code=system") => {
            (200, parameters(false, r#", {"name": "x-unknown-system", "valueCanonical": "urn:x"}"#))
        }
        path if path.contains("code=issue") => {
            let issues =
                r#"{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}"#;
            (200, parameters(false, &format!(r#", {{"name": "issues", "resource": {issues}}}"#)))
        }
        path if path.contains("code=wrong") => {
            let issues =
                r#"{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "code-invalid"}]}"#;
            (200, parameters(false, &format!(r#", {{"name": "issues", "resource": {issues}}}"#)))
        }
        _ => (200, r#"{"resourceType": "Parameters"}"#.into()),
    });
    let client = fake.client(TerminologyCache::default());
    for code in ["gone", "system", "issue", "nothing"] {
        assert_eq!(client.validate_code(SET, SCT, code), None, "{code}");
        assert_eq!(client.validate_code(SET, SCT, code), None, "{code}");
    }
    assert_eq!(fake.requests().len(), 4, "each was asked once");
    assert_eq!(client.validate_code(SET, SCT, "wrong"), Some(Verdict::Invalid));
    assert_eq!(client.trouble(), None);
}

#[test]
fn a_server_that_stumbles_is_asked_again() {
    let count = AtomicUsize::new(0);
    let fake = Fake::new(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => (503, String::new()),
        1 => (200, "<html>".into()),
        _ => (200, parameters(true, "")),
    });
    let client = fake.client(TerminologyCache::default());
    assert_eq!(client.validate_code(SET, SCT, "22298006"), Some(Verdict::Valid));
    assert_eq!(fake.requests().len(), 3);
    assert_eq!(client.trouble(), None);
}

#[test]
fn a_server_that_fails_is_given_up_and_that_is_said_once() {
    let fake = Fake::new(|_| (500, String::new()));
    let client = fake.client(TerminologyCache::default());
    for code in 0..20 {
        assert_eq!(client.validate_code(SET, SCT, &code.to_string()), None);
    }
    assert_eq!(fake.requests().len(), 9, "three questions, three times each");
    assert!(client.trouble().is_some_and(|trouble| trouble.contains("500")));
    assert_eq!(client.trouble(), None);
}

#[test]
fn no_server_at_all() {
    let port = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it is bound").port();
    let base = format!("http://127.0.0.1:{port}");
    let client = TerminologyServer::new(&base, TerminologyCache::default()).expect("the address is good");
    let client = client.with_pause(Duration::from_millis(1));
    assert_eq!(client.validate_code(SET, SCT, "1"), None);
    assert!(client.trouble().is_some());
    assert!(TerminologyServer::new("ftp://a.b", TerminologyCache::default()).is_err());
}
