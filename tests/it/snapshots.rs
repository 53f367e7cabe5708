//! Proves that each fixture converts to the bundle, and gives the issues, that somebody has looked at: the snapshots stand
//! beside the cases as `bundle.json.snap` and `issues.snap`. `INSTA_UPDATE=always` writes them anew; the diff is the review.

use case2fhir::render::Values;

use crate::fixtures::{self, Fixture};

fn beside(fixture: &Fixture, name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(fixture.folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}

#[test]
fn good_cases_give_the_bundles_that_were_reviewed() {
    for fixture in fixtures::good() {
        // The twin in JSON gives the same bundle as the case in YAML, which another test compares.
        if fixture.name != "lung-egfr-json" {
            beside(&fixture, "bundle.json", &fixture.convert().pretty());
        }
    }
}

#[test]
fn good_cases_give_the_issues_that_were_reviewed_and_no_error() {
    for fixture in fixtures::good() {
        let converted = fixture.convert();
        assert!(!converted.issues.has_errors(), "{}:\n{}", fixture.name, converted.report(Values::Show));
        beside(&fixture, "issues", &converted.report(Values::Show));
    }
}

#[test]
fn broken_cases_give_the_issues_that_were_reviewed() {
    for fixture in fixtures::broken() {
        beside(&fixture, "issues", &fixture.convert().report(Values::Show));
    }
}
