//! Proves that `init --table` drafts mappings that say nothing but what the columns say for sure, hold to the schema, and can be used
//! as they are.

use case2fhir::bundle::BundleKind;
use case2fhir::issue::{Issues, SourceMap};
use case2fhir::source::{TableFile, draft_mapping};
use serde_json::Value;

use crate::command_line::{code, err, out, path, run};
use crate::fixtures;
use crate::tables::sets;
use crate::tree::Tree;

fn draft(file: &TableFile) -> Option<String> {
    draft_mapping(file.clone(), &mut SourceMap::default(), &mut Issues::default())
}

fn table(text: &str) -> TableFile {
    TableFile { name: "table.csv".to_owned(), bytes: text.as_bytes().to_vec() }
}

#[test]
fn drafts_are_what_was_reviewed_snapshots() {
    for set in sets().iter().filter(|set| ["redcap", "registry"].contains(&set.name.as_str())) {
        let text = draft(&set.files[0]).expect("a draft");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&set.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("draft.yaml", text));
    }
}

#[test]
fn drafts_hold_to_the_schema_and_convert_as_they_are() {
    let schema: Value = serde_json::from_str(&case2fhir::source::mapping_schema()).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema can be compiled");
    for set in sets() {
        for file in &set.files {
            let Some(text) = draft(file) else { continue };
            let instance: Value = serde_json::from_str(&Tree::parse(&text).json()).expect("a draft is YAML");
            let faults: Vec<String> = validator.iter_errors(&instance).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{}: {faults:#?}\n{text}", file.name);
            if set.name.starts_with("broken") || set.name == "wide" {
                continue;
            }
            let context = fixtures::context(BundleKind::Collection);
            let tables = fixtures::convert_tables(context, vec![file.clone()], Some(&text));
            assert!(tables.opening.errors().is_empty() && !tables.cases.is_empty(), "{}", file.name);
            for (place, case) in &tables.cases {
                assert!(case.conversion.is_some(), "{place}: {:?}\n{text}", case.errors());
            }
        }
    }
}

#[test]
fn what_columns_do_not_say_for_sure_is_asked_and_not_answered() {
    let text =
        draft(&table("id,sex,dob,icd10,diagnosis\n1,1,01/02/1950,C73,Carcinoma\n2,2,03/04/1951,C73,Carcinoma\n"))
            .expect("a draft");
    let live: String = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n");
    assert!(!live.contains("sex") && !live.contains("dob") && !live.contains("icd"), "{text}");
    assert!(text.contains("DD/MM/YYYY or"), "{text}");
    assert!(text.contains("values: { \"1\": …, \"2\": … }"), "{text}");
    assert!(text.contains("icd-10-gm"), "{text}");
    let text = draft(&table("id,sex,dob,icd10cm,ct\n1,F,13/02/1950,C73,2\n2,m,03/04/1951,C73,1a\n")).expect("a draft");
    assert!(text.contains("dates: DD/MM/YYYY"), "{text}");
    assert!(text.contains("sex: { column: sex, values: { F: female, m: male } }"), "{text}");
    assert!(text.contains("code: { column: icd10cm, system: icd-10-cm }"), "{text}");
    assert!(text.contains("t: { column: ct, prefix: cT }"), "{text}");
}

#[test]
fn names_and_words_cannot_break_out_of_the_draft() {
    for name in ["a: b", "# x", "\"q\"", "- x", "{n}", "yes", "1", "x\u{7}y", "'", "\\", "ä ö", "null", "~", "@", "*"]
    {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        let text = draft(&table(&format!("id,{quoted},sex\n1,{quoted},f\n2,x,m\n"))).expect("a draft");
        let context = fixtures::context(BundleKind::Collection);
        let file = table(&format!("id,{quoted},sex\n1,{quoted},f\n2,x,m\n"));
        let tables = fixtures::convert_tables(context, vec![file], Some(&text));
        assert!(tables.opening.errors().is_empty() && tables.cases.len() == 2, "{name:?}:\n{text}");
    }
}

#[test]
fn the_program_writes_a_draft_and_never_over_a_file() {
    let folder = fixtures::scratch("draft");
    let (input, output) = (folder.join("t.csv"), folder.join("mapping.yaml"));
    std::fs::write(&input, "mrn,sex\n7,f\n").expect("a table");
    let printed = run(&["init", "--table", path(&input)]);
    code(&printed, 0);
    code(&run(&["init", "--table", path(&input), "-o", path(&output)]), 0);
    assert_eq!(std::fs::read_to_string(&output).expect("the draft"), out(&printed));
    let again = run(&["init", "--table", path(&input), "-o", path(&output)]);
    code(&again, 3);
    assert!(err(&again).contains("left as it is"));
    code(&run(&["convert", "--mapping", path(&output), path(&input)]), 0);
    code(&run(&["init", "--table", path(&folder.join("none.csv"))]), 3);
    std::fs::write(&input, "").expect("a table");
    code(&run(&["init", "--table", path(&input)]), 1);
}
