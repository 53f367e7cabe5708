//! Rules that need nothing outside: the invariants of R4, and what FHIRPath says of absence, precision, choices and hostility.

use std::collections::BTreeSet;

use case2fhir::definition::{Derivation, FhirVersion, Library};
use case2fhir::fhirpath::{
    Context, EvaluationError, Expression, Host, Model, NoHost, Node, Scratch, TypeId, check, compile, evaluate, holds,
};
use case2fhir::instance::NodeId;

use super::{Resource, World, values};

const PATIENT: &str = r#"{"resourceType": "Patient", "id": "p", "active": true, "birthDate": "2001-06",
    "_birthDate": {"id": "b", "extension": [{"url": "http://example.org/time", "valueTime": "10:15"}]},
    "_gender": {"extension": [{"url": "http://example.org/why", "valueCode": "unknown"}]},
    "deceasedDateTime": "2020-01-01T00:00:00Z", "_multipleBirthInteger": {"id": "m"},
    "name": [{"family": "Muster", "given": ["Anna", null, "Maria"], "_given": [null, {"id": "g"}, null]}],
    "contact": [{"name": {"text": "A"}}, {"telecom": [{"system": "phone", "value": "1"}]}],
    "contained": [{"resourceType": "Observation", "id": "o", "status": "final", "valueInteger": 5}]}"#;

/// What an expression gives on [`PATIENT`], separated by spaces; `!` and the words where it fails.
fn on_patient(expression: &str) -> String {
    match values(PATIENT, expression) {
        Ok(values) => values.join(" "),
        Err(error) => format!("!{error}"),
    }
}

fn assert_all(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(expression, wanted)| (expression, wanted, on_patient(expression)))
        .filter(|(_, wanted, found)| *wanted != found)
        .map(|(expression, wanted, found)| format!("`{expression}` gives `{found}` and not `{wanted}`"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_invariant_of_the_embedded_definitions_compiles() {
    let world = World::shared();
    let library = Library::embedded(FhirVersion::R4);
    let mut wrong = BTreeSet::new();
    let mut count = 0;
    for (id, header) in library.headers() {
        let Some(structure) = library.structure(id) else { continue };
        for element in &structure.elements {
            for constraint in &element.constraints {
                count += 1;
                if let Err(error) = compile(&constraint.expression, &world.names) {
                    wrong.insert(format!("{} {}: {error}: {}", header.url, constraint.key, constraint.expression));
                }
            }
        }
    }
    assert!(count > 500, "only {count} invariants were found");
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The elements that an invariant of R4 names and no type has; such an invariant never saw its element.
#[test]
fn the_invariants_of_resources_name_known_elements() {
    let world = World::shared();
    let library = Library::embedded(FhirVersion::R4);
    let mut wrong = BTreeSet::new();
    for (id, header) in library.headers().filter(|(_, header)| header.derivation == Derivation::Specialization) {
        let (Some(structure), Some(type_id)) = (library.structure(id), world.model.resource_type(header.type_name))
        else {
            continue;
        };
        let Some(root) = structure.elements.first() else { continue };
        for constraint in &root.constraints {
            let Ok(expression) = compile(&constraint.expression, &world.names) else { continue };
            if let Err(error) = check(&expression, type_id, &world.model) {
                wrong.insert(format!("{}: {error}: {}", constraint.key, constraint.expression));
            }
        }
    }
    // FHIR R4's own fault: ChargeItemDefinition has a title and no name.
    let known = "cid-0: the element `name` is unknown here: name.matches('[A-Z]([A-Za-z0-9_]){0,254}')";
    assert_eq!(wrong.into_iter().collect::<Vec<_>>(), [known]);
}

#[test]
fn truth_has_three_values() {
    assert_all(&[
        ("{} and false", "false"),
        ("{} and true", ""),
        ("{} or true", "true"),
        ("{} or false", ""),
        ("{} xor true", ""),
        ("{} implies true", "true"),
        ("{} implies false", ""),
        ("false implies {}", "true"),
        ("true and 'text'", "true"),
        ("{}.not()", ""),
        ("true and (1 | 2)", "!there are several items where one belongs"),
        // What decides is enough; what follows is not asked.
        ("false and (1 | 2)", "false"),
        ("true or (1 | 2)", "true"),
        ("active and active", "true"),
        ("name.where(given).count()", "1"),
    ]);
}

#[test]
fn precision_decides_what_can_be_told() {
    assert_all(&[
        ("birthDate = @2001-06", "true"),
        ("birthDate = @2001-06-01", ""),
        ("birthDate != @2002", "true"),
        ("birthDate < @2001-07-01", "true"),
        ("birthDate <= @2001-06-30", ""),
        ("@2020-01-01T12 > @2020-01-01T12:30", ""),
        ("@T12:30 = @T12:30:00.0", ""),
        ("@2020-01-01T00:30:00+01:00 = @2019-12-31T23:30:00Z", "true"),
        ("@2020-01-01T00:30:00 > @2019-12-30T23:30:00Z", "true"),
        ("@2020-01-01T00:30:00 > @2019-12-31T23:30:00Z", ""),
        ("5.10 = 5.1", "true"),
        ("5.10.toString()", "5.10"),
        ("0.1 + 0.2 = 0.3", "true"),
        ("@2024-01-31 + 1 month", "2024-02-29"),
        ("@2024-02-29 + 1 year", "2025-02-28"),
        ("@2024 + 13 months", "2025"),
        ("@T23:30 + 1 hour", "00:30"),
        ("@2024-12-31T23:59:59Z + 1 second", "2025-01-01T00:00:00Z"),
        ("9223372036854775807 + 1", ""),
        ("1 / 0", ""),
    ]);
}

#[test]
fn choices_and_primitives_are_elements() {
    assert_all(&[
        ("deceased is dateTime", "true"),
        ("deceased is boolean", "false"),
        ("deceased.ofType(dateTime)", "2020-01-01T00:00:00Z"),
        ("deceasedDateTime", ""),
        ("birthDate.extension('http://example.org/time').value", "10:15"),
        ("birthDate.extension.value is time", "true"),
        ("birthDate.id", "b"),
        ("birthDate.hasValue()", "true"),
        ("gender.exists()", "true"),
        ("gender.hasValue()", "false"),
        ("gender.extension.value", "unknown"),
        ("gender = 'male'", "false"),
        ("multipleBirth.id", "m"),
        ("multipleBirth.hasValue()", "false"),
        ("name.given.count()", "3"),
        ("name.given.where(hasValue())", "Anna Maria"),
        ("name.given[1].id", "g"),
        ("name.given.select(iif(hasValue(), 'yes', 'no'))", "yes no yes"),
        ("children().count() = 10", "true"),
        ("contact.children().count()", "2"),
        ("contact.type().name.distinct()", "BackboneElement"),
        ("contained.value + 1", "6"),
        ("contained.ofType(Observation).status", "final"),
        ("contained.all(Observation.status = 'final')", "true"),
        ("DomainResource.contained.id", "o"),
        ("Resource.id", "p"),
        ("descendants().where($this is Extension).count()", "2"),
        ("%resource.id & %context.id", "pp"),
    ]);
}

#[test]
fn functions_bind_their_own_this_and_index() {
    assert_all(&[
        ("name.given.where($index = 2)", "Maria"),
        ("name.where(given.where($this = 'Anna').exists()).family", "Muster"),
        ("(1 | 2 | 3).aggregate($this + $total, 0)", "6"),
        ("(3 | 1 | 2).sort()", "1 2 3"),
        ("contact.repeat(name).count()", "1"),
        ("'a,b'.split(',').join('-')", "a-b"),
        ("'abc'.matches('^[a-c]+$')", "true"),
        ("'abc'.matchesFull('b')", "false"),
        ("1 'cm' = 0.01 'm'", "true"),
        ("37 'Cel' > 98 '[degF]'", "true"),
        ("1 'kg' > 1 'm'", ""),
        ("name.given < 'a'", ""),
        ("name < 1", ""),
        ("(2 'm' * 3 'm') = 6 'm2'", "true"),
    ]);
}

#[test]
fn what_is_written_twice_gives_the_same() {
    let twice = "contact.where(telecom.exists()).telecom.value = '1' and contact.where(telecom.exists()).telecom.system = 'phone' \
        and contact.where(telecom.exists()).exists() and contact.where(name.exists()).telecom.empty()";
    assert_all(&[
        (twice, "true"),
        // Digits that are not the same are not one literal.
        ("(1.0).toString() & (1.00).toString()", "1.01.00"),
        // The same words mean other things where `$this` is another.
        ("name.given.exists() and contact.where(name.given.exists()).empty() and name.given.exists()", "true"),
        (
            "contact.all((%resource.id = 'p' or %resource.id = 'q') = (%resource.id = 'p' or %resource.id = 'q'))",
            "true",
        ),
        (
            "(1 | 2).where($this = 1 or $this is Nothing).exists() or (1 | 2).where($this = 1 or $this is Nothing).empty()",
            "true",
        ),
        ("contact.telecom.where(system = 'phone').exists() and contact.telecom.where(use = 'home').empty()", "true"),
    ]);
}

/// An invariant is kept, broken, or cannot be told.
fn judged(json: &str, text: &str) -> Result<bool, EvaluationError> {
    let world = World::shared();
    let expression = compile(text, &world.names).expect(text);
    let mut resource = Resource::new(json);
    let context = resource.context(&NoHost);
    holds(&expression, &context, &mut Scratch::default())
}

#[test]
fn invariants_hold_as_the_reference_has_it() {
    assert_eq!(judged(PATIENT, "name.exists()"), Ok(true));
    assert_eq!(judged(PATIENT, "link"), Ok(false));
    assert_eq!(judged(PATIENT, "name.given"), Ok(true));
    assert_eq!(judged(PATIENT, "id"), Ok(true));
    assert_eq!(judged(PATIENT, "birthDate < @2001-06-15"), Ok(false));
    assert_eq!(judged(PATIENT, "name.given.single() = 'Anna'"), Err(EvaluationError::NotSingle));
    assert_eq!(judged(PATIENT, "active > 'text'"), Err(EvaluationError::WrongType));
    assert_eq!(judged(PATIENT, "%nothing"), Err(EvaluationError::UnknownVariable));
    assert_eq!(judged(PATIENT, "id.matches('(')"), Err(EvaluationError::BadPattern));
    assert_eq!(judged(PATIENT, "name is Nothing"), Err(EvaluationError::UnknownType));
}

#[test]
fn quantities_without_codes_compare_by_their_numbers() {
    let range = |low: &str, high: &str| {
        let json = r#"{"resourceType": "Observation", "referenceRange": [{"low": {LOW}, "high": {HIGH}}]}"#;
        let json = json.replace("{LOW}", low).replace("{HIGH}", high);
        judged(&json, "referenceRange.all(low.empty() or high.empty() or (low <= high))")
    };
    let mass = |value: &str, code: &str| format!(r#"{{"value": {value}, "unit": "x", "code": "{code}"}}"#);
    assert_eq!(range(r#"{"value": 1.0, "unit": "g"}"#, r#"{"value": 5, "unit": "mg"}"#), Ok(true));
    assert_eq!(range(r#"{"value": 1e1}"#, r#"{"value": 9.99}"#), Ok(false));
    assert_eq!(range(&mass("1", "g"), &mass("999", "mg")), Ok(false));
    assert_eq!(range(&mass("1", "g"), &mass("1000.0", "mg")), Ok(true));
    assert_eq!(range(&mass("1", "g"), &mass("1", "m")), Ok(false));
    assert_eq!(range(r#"{"unit": "g"}"#, &mass("1", "g")), Ok(false));
}

#[test]
fn as_takes_many_items_in_invariants_only() {
    assert_eq!(judged(PATIENT, "descendants().as(id).count() = 2"), Ok(true));
    assert_all(&[("descendants().as(id).count() = 2", "!there are several items where one belongs")]);
}

#[test]
fn hosts_answer_for_what_lies_outside() {
    struct One(TypeId);
    impl Host for One {
        fn resolve(&self, reference: &str, _: NodeId) -> Option<(NodeId, TypeId)> {
            (reference == "#here").then_some((NodeId::ROOT, self.0))
        }

        fn member_of(&self, value_set: &str, _: case2fhir::fhirpath::Item) -> Option<bool> {
            Some(value_set.ends_with("genders"))
        }

        fn html_checks(&self, _: Node) -> bool {
            false
        }
    }
    let json = r##"{"resourceType": "Patient", "gender": "female", "text": {"div": "<div/>"},
        "managingOrganization": {"reference": "#here"}, "generalPractitioner": [{"reference": "#gone"}]}"##;
    let world = World::shared();
    let mut resource = Resource::new(json);
    let host = One(resource.type_id);
    let mut scratch = Scratch::default();
    for (text, wanted) in [
        ("managingOrganization.resolve() is Patient", true),
        ("managingOrganization.reference.resolve().gender = 'female'", true),
        ("generalPractitioner.resolve().exists()", false),
        ("gender.memberOf('http://example.org/genders')", true),
        ("gender.memberOf('http://example.org/others')", false),
        ("text.div.htmlChecks()", false),
    ] {
        let expression = compile(text, &world.names).expect(text);
        let context = resource.context(&host);
        assert_eq!(holds(&expression, &context, &mut scratch), Ok(wanted), "{text}");
    }
}

#[test]
fn hostile_expressions_are_refused() {
    let names = &World::shared().names;
    let deep = [
        format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("{}true", "not(".repeat(10_000)),
        format!("{}1", "-".repeat(100_000)),
        format!("a{}", ".a".repeat(100_000)),
        format!("1{}", " + 1".repeat(100_000)),
        format!("a{}", "[0]".repeat(100_000)),
        format!("true{}", " implies true".repeat(100_000)),
        format!("a{}", ".where(a".repeat(10_000)),
        format!("a{}", " is a".repeat(100_000)),
    ];
    for text in &deep {
        assert!(compile(text, names).is_err(), "{} characters", text.len());
    }
    // Rows of the same operator do not nest.
    assert!(compile(&format!("true{}", " or true".repeat(10_000)), names).is_ok());
    for text in [
        "",
        " ",
        "(",
        ")",
        "a.",
        "a..b",
        "a b",
        "1 +",
        "{",
        "{1}",
        "'open",
        "`open",
        "/* open",
        "@",
        "@20",
        "@2024-13",
        "@2024-02-30",
        "@T25:00",
        "$that",
        "nothing()",
        "where()",
        "exists(1, 2)",
        "a is",
        "a as 1",
        "'\\q'",
        "'\\u12'",
        "12345678901234567890",
        "a[",
        "a[1",
        "%",
        "\u{0}",
        "é",
        "1.5.5.5.",
        "a contains",
        "=",
        "and",
        "..",
    ] {
        let error = compile(text, names).expect_err(text);
        assert!(error.at <= text.len(), "{text}: {error}");
    }
}

#[test]
fn hostile_evaluations_end() {
    for (text, wanted) in [
        ("repeat($this | descendants())", None),
        ("(1 | 2).repeat($this + 1)", Some(EvaluationError::TooManySteps)),
        ("'a'.repeat($this & $this)", Some(EvaluationError::TooMuchText)),
        ("descendants().where(%resource.descendants().where(%resource.descendants().where(%resource.descendants().where(
            %resource.descendants().where(false).exists()).exists()).exists()).exists())", Some(EvaluationError::TooManySteps)),
        ("'aaaaaaaaaaaaaaaaaaaaaaaaaaaa'.matches('(a*)*b')", None),
        ("'a'.matches('(a{1000}){1000}')", Some(EvaluationError::BadPattern)),
        ("'a'.substring(9223372036854775807, 9223372036854775807)", None),
        ("@9999-12-31 + 9223372036854775807 days", None),
        ("@0001-01-01 - 9223372036854775807 years", None),
        ("9223372036854775807.power(9223372036854775807)", None),
        ("2.power(4294967295)", None),
        ("0.5.power(4294967295)", None),
        ("1000.exp()", None),
        ("79228162514264337593543950335.0 * 79228162514264337593543950335.0", None),
        ("1.0.round(9223372036854775807)", Some(EvaluationError::WrongType)),
        ("0.0000000000000000000000000001.lowBoundary(28)", None),
        ("(-9223372036854775807 - 1) div -1", None),
        ("(-9223372036854775807 - 1) mod -1", None),
        ("(-9223372036854775807 - 1).abs()", None),
        ("1 '((((((((((((((((m))))))))))))))))' = 1 'm'", None),
        ("children()[9223372036854775807]", None),
    ] {
        let world = World::shared();
        let expression = match compile(text, &world.names) {
            Ok(expression) => expression,
            Err(error) => {
                assert!(wanted.is_none(), "{text}: {error}");
                continue;
            }
        };
        let mut resource = Resource::new(PATIENT);
        let context = resource.context(&NoHost);
        let mut scratch = Scratch::default();
        let found = evaluate(&expression, &context, &mut scratch).err();
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn the_deepest_expression_needs_little_stack() {
    let names = &World::shared().names;
    let nested = (1..200)
        .map(|depth| format!("{}true{}", "iif(true, ".repeat(depth), ")".repeat(depth)))
        .chain((1..200).map(|depth| format!("{}true{}", "where(exists(".repeat(depth), "))".repeat(depth))))
        .filter_map(|text| compile(&text, names).ok());
    let expressions: Vec<Expression> = nested.collect();
    assert!(expressions.len() > 100);
    // A thread of this size is less than what any main thread has.
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let mut resource = Resource::new(PATIENT);
        let mut scratch = Scratch::default();
        for expression in &expressions {
            let context: Context<'_, _, NoHost> = resource.context(&NoHost);
            assert!(holds(expression, &context, &mut scratch).is_ok());
        }
    });
    thread.expect("a thread").join().expect("enough stack");
}

#[test]
fn expressions_are_for_many_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Expression>();
}

#[test]
fn checks_find_what_no_type_has() {
    let world = World::shared();
    let patient = world.model.resource_type("Patient").expect("a type");
    let checked = |text: &str| check(&compile(text, &world.names).expect(text), patient, &world.model).is_ok();
    for text in [
        "name.given.first() = 'a'",
        "contained.anything.at.all",
        "deceased.ofType(dateTime) < today()",
        "extension('a').value.ofType(Quantity).code",
        "contact.where(name.exists()).telecom.value",
        "link.other.resolve().name",
        "birthDate.extension.url",
    ] {
        assert!(checked(text), "{text}");
    }
    for text in [
        "names",
        "name.givens",
        "deceasedBoolean",
        "contact.where(names.exists())",
        "name.startsWith('a')",
        "children().first()",
        "iif('a', 1, 2)",
        "@2020-01-01 + 1",
        "deceased.ofType(dateTime).value1",
    ] {
        assert!(!checked(text), "{text}");
    }
}
