//! What becomes of codes: what a coding is by itself, and what a binding makes of it (FHIR R4, Terminologies, "Binding").
//!
//! The verdicts are those of HL7's Java validator (6.0.21) without a terminology server, with these differences: what cannot be
//! decided is information and never an error, at any strength; an import that cannot be decided leaves the question open instead of
//! answering it with no. On good codes nothing is allocated; a [`Finding`] is words only when it is asked for them.
//!
//! | | code, string, uri | Coding, Quantity | CodeableConcept |
//! | --- | --- | --- | --- |
//! | required, not in | error | error | error where no coding is in |
//! | extensible, not in | warning; error where not in the maximum set | the same | warning; error too where not in the maximum set |
//! | preferred, not in | information | information | information |
//! | example | – | – | – |
//! | undecided | information | information | information where no coding is in and one is undecided |
//! | no code | – | –, also without a system | required: error; extensible: warning, with a maximum set error |
//!
//! Of a coding by itself: a code that a whole code system does not have is an error, that a part of one does not have a warning; a
//! display that is none of the names is an error; a code without a system is a warning; a system that is not at hand is information,
//! save for the great ones; a URI that no code system can have is an error. A coding with an error by itself is not held against
//! bindings again, unless it stands in a CodeableConcept.

use super::code_system::Lookup;
use super::membership::{Membership, Reason};
use super::prepared::{SystemFault, SystemState, Terminology};
use super::server::Verdict;
use super::value_set::ValueSetId;
use crate::definition::Strength;
use crate::issue::{Code, Severity};

/// A coding, or what a Quantity has in its place. Empty texts are as good as none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coded<'a> {
    /// The code system.
    pub system: Option<&'a str>,
    /// The code.
    pub code: Option<&'a str>,
    /// What it is called.
    pub display: Option<&'a str>,
}

/// A binding.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'a> {
    /// How binding it is.
    pub strength: Strength,
    /// The value set's canonical as it was written.
    pub canonical: &'a str,
    /// The value set, where it is at hand.
    pub value_set: Option<ValueSetId>,
    /// The maximum value set's canonical; empty where there is none.
    pub max_canonical: &'a str,
    /// The maximum value set, where it is at hand.
    pub max_value_set: Option<ValueSetId>,
}

/// Something to be said of codes.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    /// Its code.
    pub code: Code,
    /// How bad it is; not always as bad as the code by itself.
    pub severity: Severity,
    /// The coding that it is about; `None` where it is about all of them, or none is there.
    pub coding: Option<Coded<'a>>,
    what: What<'a>,
}

#[derive(Clone, Copy, Debug)]
enum What<'a> {
    Outside(&'a str),
    NoCode(&'a str),
    Undecided(&'a str, Reason),
    UnknownCode,
    UnknownInPart,
    WrongDisplay,
    NoSystem,
    SystemUnknown,
    SystemFault(SystemFault),
}

impl Finding<'_> {
    /// What is wrong, without any value of the instance.
    #[must_use]
    pub fn message(&self) -> String {
        match self.what {
            What::Outside(set) => ["the code is not in the value set ", set, self.strength()].concat(),
            What::NoCode(set) => ["there is no code, and one from the value set ", set, " is asked for"].concat(),
            What::Undecided(set, reason) => {
                ["whether the code is in ", set, " was not decided: ", reason.text()].concat()
            }
            What::UnknownCode => "the code system does not have this code".into(),
            What::UnknownInPart => {
                "the part of the code system that is at hand does not have this code; another part may".into()
            }
            What::WrongDisplay => "the display is none of the names that the code system has for the code".into(),
            What::NoSystem => "a code without a system means nothing".into(),
            What::SystemUnknown => "the code system is not at hand, so the code was not checked".into(),
            What::SystemFault(fault) => fault.text().into(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self.what {
            What::Outside(_) => "take a code of the value set",
            What::NoCode(_) => "give a coding beside the text",
            What::Undecided(..) => "ask a terminology server with --terminology-server",
            What::UnknownCode | What::UnknownInPart => "take a code that the code system has",
            What::WrongDisplay => "write the code system's own display, or none",
            What::NoSystem => "name the code system in system",
            What::SystemUnknown => "give the code system's package with --package, or ask with --terminology-server",
            What::SystemFault(_) => "name the code system by its canonical URI",
        }
    }

    /// The system and code that it is about.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        let coding = self.coding?;
        let text = match (self.what, coding.system, coding.code) {
            (What::WrongDisplay, ..) => coding.display?.to_owned(),
            (_, Some(system), Some(code)) => [system, "#", code].concat(),
            (_, system, code) => code.or(system)?.to_owned(),
        };
        Some(text)
    }

    const fn strength(&self) -> &'static str {
        match self.code {
            Code::BindingRequired => ", from which it must be",
            Code::BindingMaximum => ", beyond which no code may be",
            Code::BindingExtensible => ", from which it should be unless none there fits",
            _ => ", from which it had better be",
        }
    }
}

/// What is wrong with a coding by itself. Gives whether it is sound: free of errors.
pub fn coding<'a>(terminology: &Terminology, coded: Coded<'a>, report: &mut impl FnMut(Finding<'a>)) -> bool {
    let mut say = |code: Code, severity, what| report(Finding { code, severity, coding: Some(coded), what });
    let (system, code) = (text(coded.system), text(coded.code));
    let Some(system) = system else {
        if code.is_some() {
            say(Code::SystemUnknown, Severity::Warning, What::NoSystem);
        }
        return true;
    };
    let state = match terminology.system(system) {
        SystemState::Fault(SystemFault::NotAbsolute) => {
            say(Code::SystemUnknown, Severity::Error, What::SystemFault(SystemFault::NotAbsolute));
            return false;
        }
        state => state,
    };
    let Some(code) = code else { return true };
    let asked = || terminology.ask_system(system, code);
    match state {
        SystemState::Fault(fault) => {
            say(Code::SystemUnknown, Severity::Error, What::SystemFault(fault));
            false
        }
        SystemState::Here(id) => match terminology.lookup(id, code) {
            Lookup::Found(found) => {
                let fits = text(coded.display).is_none_or(|display| terminology.display_fits(id, found, display));
                if !fits {
                    say(Code::Display, Severity::Error, What::WrongDisplay);
                }
                fits
            }
            Lookup::NotFound => {
                say(Code::CodeUnknown, Severity::Error, What::UnknownCode);
                false
            }
            Lookup::NotFoundInFragment => match asked() {
                Some(Verdict::Valid) => true,
                Some(Verdict::Invalid) => {
                    say(Code::CodeUnknown, Severity::Error, What::UnknownCode);
                    false
                }
                None => {
                    say(Code::CodeUnknown, Severity::Warning, What::UnknownInPart);
                    true
                }
            },
        },
        SystemState::Great | SystemState::Unknown => match asked() {
            Some(Verdict::Valid) => true,
            Some(Verdict::Invalid) => {
                say(Code::CodeUnknown, Severity::Error, What::UnknownCode);
                false
            }
            None => {
                if state == SystemState::Unknown {
                    say(Code::SystemUnknown, Severity::Information, What::SystemUnknown);
                }
                true
            }
        },
    }
}

/// What a binding makes of a code without a system of its own: of type code, string, uri, url or canonical.
pub fn code<'a>(terminology: &Terminology, bound: &Bound<'a>, code: &'a str, report: &mut impl FnMut(Finding<'a>)) {
    if bound.strength == Strength::Example {
        return;
    }
    let coded = Coded { code: Some(code), ..Coded::default() };
    let of = |set: Option<ValueSetId>| set.map(|set| terminology.contains_or_ask(set, None, code));
    single(bound, coded, of, report);
}

/// What a binding makes of a Coding or a Quantity.
pub fn bound_coding<'a>(
    terminology: &Terminology,
    bound: &Bound<'a>,
    coded: Coded<'a>,
    report: &mut impl FnMut(Finding<'a>),
) {
    let (Some(system), Some(code)) = (text(coded.system), text(coded.code)) else { return };
    if bound.strength == Strength::Example {
        return;
    }
    let of = |set: Option<ValueSetId>| set.map(|set| terminology.contains_or_ask(set, Some(system), code));
    // What is wrong by itself was said already.
    if of(bound.value_set) != Some(Membership::In) && coding(terminology, coded, &mut |_| {}) {
        single(bound, coded, of, report);
    }
}

#[allow(clippy::needless_pass_by_value, reason = "an iterator is passed by value everywhere else")]
/// What a binding makes of a CodeableConcept with these codings. Whether it has a text changes nothing.
pub fn concept<'a>(
    terminology: &Terminology,
    bound: &Bound<'a>,
    codings: impl Iterator<Item = Coded<'a>> + Clone,
    report: &mut impl FnMut(Finding<'a>),
) {
    let mut say = |code: Code, severity, coding, what| report(Finding { code, severity, coding, what });
    let Some(first) = codings.clone().next() else {
        match bound.strength {
            Strength::Required => {
                say(Code::BindingRequired, Severity::Error, None, What::NoCode(bound.canonical));
            }
            Strength::Extensible if !bound.max_canonical.is_empty() => {
                say(Code::BindingMaximum, Severity::Error, None, What::NoCode(bound.max_canonical));
            }
            Strength::Extensible => {
                say(Code::BindingExtensible, Severity::Warning, None, What::NoCode(bound.canonical));
            }
            Strength::Preferred | Strength::Example => {}
        }
        return;
    };
    if bound.strength == Strength::Example || bound.canonical.is_empty() {
        return;
    }
    let any = |set: Option<ValueSetId>| {
        let Some(set) = set else { return Membership::Undecided(Reason::ValueSetUnknown) };
        let mut found = Membership::Out;
        for coded in codings.clone() {
            let code = coded.code.unwrap_or_default();
            found = found.or(match text(coded.system) {
                Some(system) => terminology.contains_or_ask(set, Some(system), code),
                None => terminology.contains_bare(set, code),
            });
            if found == Membership::In {
                break;
            }
        }
        found
    };
    let about = codings.clone().nth(1).is_none().then_some(first);
    match any(bound.value_set) {
        Membership::In => {}
        Membership::Undecided(reason) => {
            let what = What::Undecided(bound.canonical, reason);
            say(Code::BindingUndecided, Severity::Information, about, what);
        }
        Membership::Out => {
            if bound.strength == Strength::Extensible && !bound.max_canonical.is_empty() {
                match any(bound.max_value_set) {
                    Membership::In => {}
                    Membership::Out => {
                        say(Code::BindingMaximum, Severity::Error, about, What::Outside(bound.max_canonical));
                    }
                    Membership::Undecided(reason) => {
                        let what = What::Undecided(bound.max_canonical, reason);
                        say(Code::BindingUndecided, Severity::Information, about, what);
                    }
                }
            }
            let (code, severity) = outside(bound.strength);
            say(code, severity, about, What::Outside(bound.canonical));
        }
    }
}

/// What becomes of one code.
fn single<'a>(
    bound: &Bound<'a>,
    coded: Coded<'a>,
    of: impl Fn(Option<ValueSetId>) -> Option<Membership>,
    report: &mut impl FnMut(Finding<'a>),
) {
    let mut say = |code: Code, severity, what| report(Finding { code, severity, coding: Some(coded), what });
    let unknown = Membership::Undecided(Reason::ValueSetUnknown);
    if bound.canonical.is_empty() {
        return;
    }
    match of(bound.value_set).unwrap_or(unknown) {
        Membership::In => {}
        Membership::Undecided(reason) => {
            say(Code::BindingUndecided, Severity::Information, What::Undecided(bound.canonical, reason));
        }
        Membership::Out if bound.strength == Strength::Extensible && !bound.max_canonical.is_empty() => {
            match of(bound.max_value_set).unwrap_or(unknown) {
                Membership::In => {}
                Membership::Out => say(Code::BindingMaximum, Severity::Error, What::Outside(bound.max_canonical)),
                Membership::Undecided(reason) => {
                    say(Code::BindingUndecided, Severity::Information, What::Undecided(bound.max_canonical, reason));
                }
            }
        }
        Membership::Out => {
            let (code, severity) = outside(bound.strength);
            say(code, severity, What::Outside(bound.canonical));
        }
    }
}

const fn outside(strength: Strength) -> (Code, Severity) {
    match strength {
        Strength::Required => (Code::BindingRequired, Severity::Error),
        Strength::Extensible => (Code::BindingExtensible, Severity::Warning),
        Strength::Preferred | Strength::Example => (Code::BindingPreferred, Severity::Information),
    }
}

fn text(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
