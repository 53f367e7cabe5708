//! The client of a terminology server: `ValueSet/$validate-code` and `CodeSystem/$validate-code` by GET
//! (FHIR R4, Terminology Service).
//!
//! A server that does not answer leaves questions open and is given up after a few of them; the caller is told once
//! ([`TerminologyServer::trouble`]). System and code are sent, never a display or another text of the instance.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

use super::terminology_cache::{Question, TerminologyCache};
use crate::terminology::server::{CodeServer, Verdict};

/// How often a question is put that gets no answer.
const ATTEMPTS: u32 = 3;
/// After so many questions in a row without an answer the server is asked no more.
const PATIENCE: u32 = 3;
/// The longest answer that is read.
const LONGEST: u64 = 4 << 20;

/// A terminology server.
#[derive(Debug)]
pub struct TerminologyServer {
    base: Box<str>,
    agent: Agent,
    pause: Duration,
    cache: Mutex<TerminologyCache>,
    /// Questions that the server said it cannot answer: not asked again in this run.
    open: Mutex<HashSet<Question>>,
    failures: AtomicU32,
    trouble: Mutex<Option<String>>,
}

/// What came of a request.
enum Answer {
    Verdict(Verdict),
    /// The server answers, and does not know.
    Open,
    /// It does not answer.
    None(String),
}

impl TerminologyServer {
    /// A server by its base address (`https://tx.fhir.org/r4`), with what it said before.
    ///
    /// # Errors
    /// The address is not one of HTTP.
    pub fn new(base: &str, cache: TerminologyCache) -> Result<Self, String> {
        let base = base.trim_end_matches('/');
        if !base.starts_with("http://") && !base.starts_with("https://") {
            return Err("the address of a terminology server begins with http:// or https://".into());
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(5)))
            .timeout_global(Some(Duration::from_secs(20)))
            .max_redirects(3)
            .user_agent(concat!("case2fhir/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Self {
            base: base.into(),
            agent,
            pause: Duration::from_millis(250),
            cache: Mutex::new(cache),
            open: Mutex::default(),
            failures: AtomicU32::new(0),
            trouble: Mutex::default(),
        })
    }

    /// The same with another pause before a question is put again; twice as long before the third time.
    #[must_use]
    pub const fn with_pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// What kept the server from answering, the first time; `None` where it always did. Taken away by asking.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn ask(&self, value_set: &str, system: &str, code: &str) -> Option<Verdict> {
        let question = Question { value_set: value_set.into(), system: system.into(), code: code.into() };
        let kept = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&question);
        if kept.is_some() {
            return kept;
        }
        if self.failures.load(Ordering::Relaxed) >= PATIENCE
            || self.open.lock().unwrap_or_else(PoisonError::into_inner).contains(&question)
        {
            return None;
        }
        match self.request(&question) {
            Answer::Verdict(verdict) => {
                self.failures.store(0, Ordering::Relaxed);
                self.cache.lock().unwrap_or_else(PoisonError::into_inner).put(question, verdict);
                Some(verdict)
            }
            Answer::Open => {
                self.failures.store(0, Ordering::Relaxed);
                self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(question);
                None
            }
            Answer::None(reason) => {
                if self.failures.fetch_add(1, Ordering::Relaxed) == 0 {
                    self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
                }
                None
            }
        }
    }

    fn request(&self, question: &Question) -> Answer {
        let mut pause = self.pause;
        let mut answer = Answer::Open;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                sleep(pause);
                pause = pause.saturating_mul(2);
            }
            answer = self.attempt(question);
            if !matches!(answer, Answer::None(_)) {
                break;
            }
        }
        answer
    }

    fn attempt(&self, question: &Question) -> Answer {
        let (operation, canonical) = if question.value_set.is_empty() {
            ("CodeSystem/$validate-code", question.system.as_ref())
        } else {
            ("ValueSet/$validate-code", question.value_set.as_ref())
        };
        let mut request = self
            .agent
            .get(format!("{}/{operation}", self.base))
            .header("Accept", "application/fhir+json")
            .query("code", question.code.as_ref())
            .query("_format", "json");
        let (url, version) = canonical.split_once('|').unwrap_or((canonical, ""));
        request = request.query("url", url);
        if !question.value_set.is_empty() {
            request = request.query("system", question.system.as_ref());
            if !version.is_empty() {
                request = request.query("valueSetVersion", version);
            }
        }
        let mut response = match request.call() {
            Ok(response) => response,
            Err(error) => return Answer::None(format!("the terminology server gives no answer: {error}")),
        };
        let status = response.status().as_u16();
        if status == 429 || status >= 500 {
            return Answer::None(format!("the terminology server answers with status {status}"));
        }
        let body = match response.body_mut().with_config().limit(LONGEST).read_to_vec() {
            Ok(body) => body,
            Err(error) => return Answer::None(format!("the terminology server breaks off its answer: {error}")),
        };
        match serde_json::from_slice::<Value>(&body) {
            Ok(parameters) if (200..300).contains(&status) => read(&parameters),
            // A value set or code system that the server does not have.
            Ok(outcome) if outcome.get("resourceType").is_some() => Answer::Open,
            _ => Answer::None(format!("the terminology server answers with status {status} and no FHIR resource")),
        }
    }
}

impl CodeServer for TerminologyServer {
    fn validate_code(&self, value_set: &str, system: &str, code: &str) -> Option<Verdict> {
        self.ask(value_set, system, code)
    }

    fn validate_in_system(&self, system: &str, code: &str) -> Option<Verdict> {
        self.ask("", system, code)
    }
}

/// The result in a Parameters resource. A no because of a code system or value set that the server does not have is no answer.
fn read(parameters: &Value) -> Answer {
    let list = parameters.get("parameter").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let named = |name: &str| list.iter().find(|parameter| parameter.get("name").and_then(Value::as_str) == Some(name));
    let Some(result) = named("result").and_then(|result| result.get("valueBoolean")).and_then(Value::as_bool) else {
        return Answer::Open;
    };
    if result {
        return Answer::Verdict(Verdict::Valid);
    }
    let issues = named("issues").and_then(|issues| issues.pointer("/resource/issue")).and_then(Value::as_array);
    let is_unknown = |issue: &Value| {
        matches!(
            issue.get("code").and_then(Value::as_str),
            Some("not-found" | "not-supported" | "too-costly" | "exception")
        )
    };
    let is_open = ["x-unknown-system", "x-caused-by-unknown-system"].into_iter().any(|name| named(name).is_some())
        || issues.is_some_and(|issues| issues.iter().any(is_unknown));
    if is_open { Answer::Open } else { Answer::Verdict(Verdict::Invalid) }
}
