//! Ctrl-C, and the system's wish that the program end: a run ends cleanly, with the task that is being worked on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::talk::Talk;

/// How a program ends that somebody does not want to wait for; see the exit codes of the room.
const ENVIRONMENT: i32 = 3;

/// Sets the flag at the first signal. At the second the program ends at once, which a run survives as it survives being killed.
pub(super) fn stop_on(flag: &Arc<AtomicBool>, talk: &mut Talk) {
    let flag = Arc::clone(flag);
    let set = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(ENVIRONMENT);
        }
    });
    if let Err(error) = set {
        let consequence = "a run that is broken off can still go on with --resume";
        talk.note(&format!("signals cannot be caught ({error}); {consequence}"));
    }
}
