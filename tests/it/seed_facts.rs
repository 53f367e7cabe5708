//! Proves that each of the 72 facts of the seed case (Xing 2023, anaplastic thyroid carcinoma) stands in its bundle, in the right
//! resource, with codes, values, links, units, negations and statuses; and that nothing stands there which the report does
//! not say.

use std::collections::HashSet;

use serde_json::Value;

use crate::fixtures;
use crate::tree::Tree;

const SNOMED: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";
const ICD10: &str = "http://hl7.org/fhir/sid/icd-10-cm";
const ICDO: &str = "http://terminology.hl7.org/CodeSystem/icd-o-3";
const HGNC: &str = "http://www.genenames.org";
const HGVS: &str = "http://varnomen.hgvs.org";
const UCUM: &str = "http://unitsofmeasure.org";
const RIGHT: &str = "24028007";
const MCODE: &str = "http://hl7.org/fhir/us/mcode/StructureDefinition/";
const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// The seed case's bundle.
struct Seed {
    bundle: Value,
}

impl Seed {
    fn read() -> Self {
        Self { bundle: fixtures::named("xing-2023-atc").convert().value() }
    }

    fn all(&self, kind: &str, holds: impl Fn(&Value) -> bool) -> Vec<&Value> {
        let of_kind = |resource: &&Value| resource["resourceType"] == kind && holds(resource);
        fixtures::resources(&self.bundle).into_iter().filter(of_kind).collect()
    }

    /// Whether exactly one resource of the kind holds.
    fn one(&self, kind: &str, holds: impl Fn(&Value) -> bool) -> bool {
        self.all(kind, holds).len() == 1
    }

    /// The only resource of this kind with these words; `null` where there is none or more than one.
    fn named(&self, kind: &str, words: &str) -> &Value {
        const NONE: &Value = &Value::Null;
        let found =
            self.all(kind, |it| ["code", "medicationCodeableConcept"].iter().any(|field| says(&it[*field], words)));
        if let [one] = found.as_slice() { one } else { NONE }
    }

    fn papillary(&self) -> &Value {
        self.named("Condition", "classic papillary thyroid carcinoma")
    }

    fn anaplastic(&self) -> &Value {
        self.named("Condition", "undifferentiated (anaplastic) thyroid carcinoma")
    }

    fn lungs(&self) -> &Value {
        self.named("Condition", "multiple metastases in both lungs")
    }

    fn recurrence(&self, year: &str) -> &Value {
        const NONE: &Value = &Value::Null;
        let found =
            self.all("Condition", |it| it["onsetDateTime"] == year && coded(&it["clinicalStatus"], "", "recurrence"));
        if let [one] = found.as_slice() { one } else { NONE }
    }

    fn mass(&self) -> &Value {
        const NONE: &Value = &Value::Null;
        let found = self.all("BodyStructure", |it| it["description"] == "right neck mass, hard");
        if let [one] = found.as_slice() { one } else { NONE }
    }

    fn course(&self, year: &str, status: &str) -> &Value {
        const NONE: &Value = &Value::Null;
        let found = self.all("Procedure", |it| {
            it["status"] == status
                && coded(&it["code"], SNOMED, "1217123003")
                && (it["performedDateTime"] == year
                    || (it["performedPeriod"]["start"] == year && it["performedPeriod"]["end"] == year))
        });
        if let [one] = found.as_slice() { one } else { NONE }
    }

    /// A marker by immunohistochemistry on the biopsy, of the anaplastic carcinoma.
    fn marker(&self, marker: &str, loinc: Option<&str>, snomed: &str, words: &str) -> bool {
        let specimen = self.all("Specimen", |it| says(&it["collection"]["method"], "core needle biopsy"));
        let it = self.named("Observation", marker);
        specimen.len() == 1
            && it["status"] == "final"
            && loinc.is_none_or(|code| coded(&it["code"], LOINC, code))
            && says(&it["method"], "immunohistochemistry")
            && coded(&it["valueCodeableConcept"], SNOMED, snomed)
            && says(&it["valueCodeableConcept"], words)
            && leads(&it["specimen"], specimen[0])
            && leads(&extension(it, &format!("{MCODE}mcode-related-condition"))["valueReference"], self.anaplastic())
    }

    /// Something found on examination in June 2021.
    fn exam(&self, finding: &str) -> bool {
        let it = self.named("Observation", finding);
        it["effectiveDateTime"] == "2021-06"
            && category(it, "exam")
            && coded(&it["valueCodeableConcept"], SNOMED, "52101004")
    }

    /// How the disease stood after radiotherapy and tislelizumab.
    fn status(&self, words: &str, focus: &Value, system: &str, code: &str) -> bool {
        self.one("Observation", |it| {
            says(&it["valueCodeableConcept"], words)
                && coded(&it["valueCodeableConcept"], system, code)
                && coded(&it["code"], LOINC, "97509-4")
                && it["status"] == "final"
                && any(&it["focus"], |reference| leads(reference, focus))
                && any(&it["partOf"], |reference| leads(reference, self.course("2021", "completed")))
                && any(&it["partOf"], |reference| {
                    leads(reference, self.named("MedicationAdministration", "tislelizumab"))
                })
        })
    }

    /// A drug or class of drugs that was not given.
    fn drug_not_given(&self, drug: &str, reasons: &[&str]) -> bool {
        let it = self.named("MedicationAdministration", drug);
        it["status"] == "not-done"
            && reasons.iter().all(|reason| any(&it["statusReason"], |given| says(given, reason)))
            && any(&it["reasonReference"], |reference| leads(reference, self.anaplastic()))
            && it["dosage"].is_null()
    }
}

fn any(list: &Value, holds: impl Fn(&Value) -> bool) -> bool {
    list.as_array().is_some_and(|items| items.iter().any(holds))
}

fn says(concept: &Value, words: &str) -> bool {
    concept["text"] == words
}

/// Whether a concept has this code; an empty system is any.
fn coded(concept: &Value, system: &str, code: &str) -> bool {
    any(&concept["coding"], |coding| coding["code"] == code && (system.is_empty() || coding["system"] == system))
}

fn category(resource: &Value, code: &str) -> bool {
    any(&resource["category"], |category| coded(category, "", code))
}

fn extension<'v>(element: &'v Value, url: &str) -> &'v Value {
    const NONE: &Value = &Value::Null;
    let found = element["extension"].as_array().and_then(|list| list.iter().find(|it| it["url"] == url));
    found.unwrap_or(NONE)
}

fn leads(reference: &Value, target: &Value) -> bool {
    let id = target["id"].as_str();
    id.is_some_and(|id| reference["reference"] == format!("urn:uuid:{id}"))
}

/// Whether a body site has this code and side.
fn at(site: &Value, code: &str, side: Option<&str>) -> bool {
    let qualifier = &extension(site, &format!("{MCODE}mcode-laterality-qualifier"))["valueCodeableConcept"];
    coded(site, SNOMED, code) && side.map_or(qualifier.is_null(), |side| coded(qualifier, SNOMED, side))
}

/// Whether a procedure's or condition's only site is this one.
fn placed(resource: &Value, code: &str, side: Option<&str>) -> bool {
    resource["bodySite"].as_array().is_some_and(|sites| sites.len() == 1 && at(&sites[0], code, side))
}

fn amount(quantity: &Value, value: i64, unit: &str) -> bool {
    quantity["value"] == value
        && quantity["system"] == UCUM
        && quantity["code"] == unit
        && quantity["comparator"].is_null()
}

fn noted(resource: &Value, words: &str) -> bool {
    any(&resource["note"], |note| note["text"].as_str().is_some_and(|text| text.contains(words)))
}

fn nodes(seed: &Seed, code: &str, count: i64, procedure: &str, cancer: &Value) -> bool {
    seed.one("Observation", |it| {
        coded(&it["code"], LOINC, code)
            && it["valueInteger"] == count
            && it["status"] == "final"
            && any(&it["partOf"], |reference| leads(reference, seed.named("Procedure", procedure)))
            && any(&it["focus"], |reference| leads(reference, cancer))
    })
}

fn gene(seed: &Seed, hgnc: &str, name: &str, answer: &str) -> bool {
    let report = seed.named("DiagnosticReport", "genetic testing");
    seed.one("Observation", |it| {
        coded(&it["code"], LOINC, "69548-6")
            && coded(&it["valueCodeableConcept"], LOINC, answer)
            && any(&it["component"], |part| {
                let value = &part["valueCodeableConcept"];
                coded(&part["code"], LOINC, "48018-6") && coded(value, HGNC, hgnc) && says(value, name)
            })
            && any(&report["result"], |reference| leads(reference, it))
    })
}

fn modality_is_radioiodine(course: &Value) -> bool {
    let both = extension(course, &format!("{MCODE}mcode-radiotherapy-modality-and-technique"));
    let modality = extension(both, &format!("{MCODE}mcode-radiotherapy-modality"));
    coded(&modality["valueCodeableConcept"], SNOMED, "440252007")
}

fn techniques(course: &Value) -> Vec<&Value> {
    let both = extension(course, &format!("{MCODE}mcode-radiotherapy-modality-and-technique"));
    let technique = |it: &&Value| it["url"] == format!("{MCODE}mcode-radiotherapy-technique");
    let list = both["extension"].as_array().into_iter().flatten();
    list.filter(technique).map(|it| &it["valueCodeableConcept"]).collect()
}

/// The volume of the course that got this dose.
fn volume(seed: &Seed, dose: i64) -> Option<&Value> {
    let course = seed.course("2021", "completed");
    let given = course["extension"].as_array()?.iter().find(|it| {
        it["url"] == format!("{MCODE}mcode-radiotherapy-dose-delivered-to-volume")
            && amount(&extension(it, "totalDoseDelivered")["valueQuantity"], dose, "cGy")
            && extension(it, "fractionsDelivered")["valueUnsignedInt"] == 15
    })?;
    let found = seed.all("BodyStructure", |it| leads(&extension(given, "volume")["valueReference"], it));
    found.first().copied()
}

type Holds = fn(&Seed) -> bool;

/// One row a fact: its number, the fact, and what the bundle must hold.
const FACTS: &[(&str, &str, Holds)] = &[
    ("F01", "the patient is a woman", |s| s.one("Patient", |it| it["gender"] == "female")),
    ("F02", "47 years old, no birth date, name masked", |s| {
        let masked =
            |it: &Value| extension(&it["name"][0], &format!("{CORE}data-absent-reason"))["valueCode"] == "masked";
        s.one("Patient", |it| it["birthDate"].is_null() && masked(it))
            && s.one("Observation", |it| {
                coded(&it["code"], LOINC, "30525-0")
                    && amount(&it["valueQuantity"], 47, "a")
                    && it["effectiveDateTime"].is_null()
            })
    }),
    ("F03", "no remarkable past medical history", |s| {
        s.one("Observation", |it| {
            coded(&it["code"], LOINC, "11348-0")
                && says(&it["valueCodeableConcept"], "no remarkable past medical history")
        }) && s
            .all("Condition", |it| it["code"]["text"].as_str().is_some_and(|text| text.contains("history")))
            .is_empty()
    }),
    ("F04", "no remarkable family history", |s| {
        s.one("Observation", |it| {
            says(&it["valueCodeableConcept"], "no remarkable family history")
                && coded(&it["valueCodeableConcept"], SNOMED, "160266009")
        }) && s.all("FamilyMemberHistory", |_| true).is_empty()
    }),
    ("F05", "thyroid mass found in 2002", |s| {
        let it = s.named("Observation", "thyroid mass");
        it["effectiveDateTime"] == "2002"
            && coded(&it["code"], SNOMED, "237557003")
            && coded(&it["valueCodeableConcept"], SNOMED, "52101004")
            && at(&it["bodySite"], "69748006", None)
    }),
    ("F06", "total thyroidectomy, 2002", |s| {
        let it = s.named("Procedure", "total thyroidectomy");
        it["status"] == "completed"
            && it["performedDateTime"] == "2002"
            && coded(&it["code"], SNOMED, "24443003")
            && placed(it, "69748006", None)
            && any(&it["reasonReference"], |reference| leads(reference, s.papillary()))
    }),
    ("F07", "central neck lymph node dissection, 2002", |s| {
        let it = s.named("Procedure", "central neck lymph node dissection");
        it["status"] == "completed"
            && it["performedDateTime"] == "2002"
            && placed(it, "81105003", None)
            && any(&it["reasonReference"], |reference| leads(reference, s.papillary()))
    }),
    ("F08", "classic papillary thyroid carcinoma, right, 2002", |s| {
        let it = s.papillary();
        let histology = extension(it, &format!("{MCODE}mcode-histology-morphology-behavior"));
        coded(&it["code"], SNOMED, "255029007")
            && coded(&it["code"], ICD10, "C73")
            && coded(&histology["valueCodeableConcept"], ICDO, "8260/3")
            && it["onsetDateTime"] == "2002"
            && placed(it, "69748006", Some(RIGHT))
            && it["meta"]["profile"][0] == format!("{MCODE}mcode-primary-cancer-condition")
    }),
    ("F09", "three lymph node metastases in 2002", |s| {
        let metastases = s.all("Condition", |it| {
            says(&it["code"], "cervical lymph node metastases")
                && extension(it, &format!("{CORE}condition-assertedDate"))["valueDateTime"] == "2002"
                && leads(&extension(it, &format!("{CORE}condition-related"))["valueReference"], s.papillary())
                && it["meta"]["profile"][0] == format!("{MCODE}mcode-secondary-cancer-condition")
        });
        metastases.len() == 1 && nodes(s, "21893-3", 3, "central neck lymph node dissection", s.papillary())
    }),
    ("F10", "no iodine-131 after the operation of 2002", |s| {
        let it = s.course("2002", "not-done");
        modality_is_radioiodine(it) && says(&it["code"], "iodine-131") && noted(it, "2002")
    }),
    ("F11", "recurrence in 2008", |s| {
        let it = s.recurrence("2008");
        coded(&it["code"], SNOMED, "255029007")
            && leads(&extension(it, &format!("{CORE}condition-related"))["valueReference"], s.papillary())
    }),
    ("F12", "right lateral neck dissection, 2008", |s| {
        let it = s.named("Procedure", "right lateral neck lymph node dissection");
        it["status"] == "completed" && it["performedDateTime"] == "2008" && placed(it, "68915008", Some(RIGHT))
    }),
    ("F13", "4 of 11 dissected nodes metastatic, 2008", |s| {
        let procedure = "right lateral neck lymph node dissection";
        nodes(s, "21893-3", 4, procedure, s.recurrence("2008"))
            && nodes(s, "21894-1", 11, procedure, s.recurrence("2008"))
    }),
    ("F14", "iodine-131 refused in 2008 for financial reasons", |s| {
        let it = s.course("2008", "not-done");
        modality_is_radioiodine(it)
            && coded(&it["statusReason"], SNOMED, "105480006")
            && coded(&it["statusReason"], SNOMED, "160932005")
            && says(&it["statusReason"], "refused by the patient for financial reasons")
    }),
    ("F15", "no sign of recurrence from 2008 to 2013", |s| {
        s.one("Observation", |it| {
            says(&it["valueCodeableConcept"], "no sign of recurrence")
                && coded(&it["valueCodeableConcept"], SNOMED, "414861001")
                && it["effectivePeriod"]["start"] == "2008"
                && it["effectivePeriod"]["end"] == "2013"
                && any(&it["focus"], |reference| leads(reference, s.papillary()))
                && noted(it, "regular follow-up")
        })
    }),
    ("F16", "recurrence in 2013", |s| {
        let related = extension(s.recurrence("2013"), &format!("{CORE}condition-related"));
        leads(&related["valueReference"], s.papillary())
    }),
    ("F17", "four sessions of iodine-131 in 2013, no technique", |s| {
        let it = s.course("2013", "completed");
        let sessions = extension(it, &format!("{MCODE}mcode-radiotherapy-sessions"));
        sessions["valueUnsignedInt"] == 4
            && modality_is_radioiodine(it)
            && techniques(it).iter().all(|technique| coded(technique, "", "UNC"))
            && any(&it["usedCode"], |used| coded(used, SNOMED, "1368003"))
    }),
    ("F18", "150 to 200 mCi a session, low and high", |s| {
        s.one("Observation", |it| {
            let range = &it["valueRange"];
            amount(&range["low"], 150, "mCi")
                && amount(&range["high"], 200, "mCi")
                && any(&it["partOf"], |reference| leads(reference, s.course("2013", "completed")))
        })
    }),
    ("F19", "no iodine uptake at the last session", |s| {
        let it = s.named("Observation", "iodine uptake");
        coded(&it["valueCodeableConcept"], SNOMED, "2667000")
            && it["effectiveDateTime"] == "2013"
            && noted(it, "last of the four sessions")
            && noted(it, "not respond")
            && any(&it["partOf"], |reference| leads(reference, s.course("2013", "completed")))
    }),
    ("F20", "right lateral cervical dissection in Shanghai, 2016", |s| {
        let it = s.named("Procedure", "right lateral cervical lymph node dissection");
        it["status"] == "completed"
            && it["performedDateTime"] == "2016"
            && placed(it, "68915008", Some(RIGHT))
            && it["location"]["display"] == "Shanghai"
    }),
    ("F21", "oral Chinese medicine after the operation of 2016", |s| {
        let it = s.named("MedicationAdministration", "Chinese medicine");
        it["status"] == "completed"
            && it["medicationCodeableConcept"]["coding"].is_null()
            && coded(&it["dosage"]["route"], SNOMED, "26643006")
            && noted(it, "after the 2016 operation")
    }),
    ("F22", "rapidly growing right neck mass in 2019", |s| {
        s.one("Observation", |it| {
            it["effectiveDateTime"] == "2019"
                && coded(&it["code"], SNOMED, "299703001")
                && at(&it["bodySite"], "45048000", Some(RIGHT))
                && noted(it, "growing rapidly")
        })
    }),
    ("F23", "no surgery in 2019, with the reason", |s| {
        s.one("Procedure", |it| {
            it["status"] == "not-done"
                && it["performedDateTime"] == "2019"
                && says(&it["code"], "tumour resection")
                && says(
                    &it["statusReason"],
                    "not suitable for surgery: vessels encased by the tumour, severe trauma, higher risk",
                )
                && coded(&it["statusReason"], SNOMED, "397773008")
        })
    }),
    ("F24", "core needle biopsy of the right neck mass", |s| {
        let it = s.named("Procedure", "core needle biopsy");
        it["status"] == "completed" && coded(&it["code"], SNOMED, "9911007") && placed(it, "45048000", Some(RIGHT))
    }),
    ("F25", "anaplastic carcinoma, transformed from the papillary one", |s| {
        let it = s.anaplastic();
        let histology = extension(it, &format!("{MCODE}mcode-histology-morphology-behavior"));
        coded(&it["code"], ICD10, "C73")
            && coded(&histology["valueCodeableConcept"], ICDO, "8021/3")
            && leads(&extension(it, &format!("{CORE}condition-occurredFollowing"))["valueReference"], s.papillary())
            && it["meta"]["profile"][0] == format!("{MCODE}mcode-primary-cancer-condition")
    }),
    ("F26", "CK positive", |s| s.marker("CK", Some("10498-4"), "10828004", "positive")),
    ("F27", "TTF-1 focally positive", |s| s.marker("TTF-1", None, "10828004", "focally positive")),
    ("F28", "thyroglobulin focally positive", |s| s.marker("TG", Some("10515-5"), "10828004", "focally positive")),
    ("F29", "PAX8 positive", |s| s.marker("PAX8", Some("73910-2"), "10828004", "positive")),
    ("F30", "CD117 negative", |s| s.marker("CD117", Some("40552-2"), "260385009", "negative")),
    ("F31", "CD5 negative", |s| s.marker("CD5", None, "260385009", "negative")),
    ("F32", "chromogranin A negative", |s| s.marker("CgA", Some("10471-1"), "260385009", "negative")),
    ("F33", "synaptophysin negative", |s| s.marker("Syn", Some("10514-8"), "260385009", "negative")),
    ("F34", "calcitonin negative", |s| s.marker("calcitonin", Some("10468-7"), "260385009", "negative")),
    ("F35", "PTH negative", |s| s.marker("PTH", None, "260385009", "negative")),
    ("F36", "P63 negative", |s| s.marker("P63", None, "260385009", "negative")),
    ("F37", "Ki-67 60 %", |s| {
        let it = s.named("Observation", "Ki-67");
        amount(&it["valueQuantity"], 60, "%") && coded(&it["code"], LOINC, "29593-1")
    }),
    ("F38", "BRAF V600E absent", |s| {
        gene(s, "HGNC:1097", "BRAF", "LA9634-2")
            && s.one("Observation", |it| {
                coded(&it["valueCodeableConcept"], LOINC, "LA9634-2")
                    && any(&it["component"], |part| {
                        let change = &part["valueCodeableConcept"];
                        coded(&part["code"], LOINC, "48005-3")
                            && coded(change, HGVS, "p.Val600Glu")
                            && says(change, "V600E")
                    })
            })
    }),
    ("F39", "TERT positive", |s| gene(s, "HGNC:11730", "TERT", "LA9633-4")),
    ("F40", "no targetable mutation", |s| {
        let report = s.named("DiagnosticReport", "genetic testing");
        let it = s.named("Observation", "targetable gene mutation");
        report["conclusion"].as_str().is_some_and(|text| text.starts_with("no targetable gene mutation found"))
            && coded(&it["valueCodeableConcept"], SNOMED, "2667000")
            && any(&report["result"], |reference| leads(reference, it))
    }),
    ("F41", "PD-L1 22C3 positive", |s| {
        let it = s.named("Observation", "PD-L1 22C3");
        coded(&it["code"], LOINC, "83052-1") && coded(&it["valueCodeableConcept"], SNOMED, "10828004")
    }),
    ("F42", "PD-L1 combined positive score 10", |s| {
        any(&s.named("Observation", "PD-L1 22C3")["component"], |part| {
            says(&part["code"], "CPS") && amount(&part["valueQuantity"], 10, "{score}")
        })
    }),
    ("F43", "no antineoplastic therapy, because the mass kept bleeding", |s| {
        let it = s.named("MedicationAdministration", "antineoplastic therapy");
        s.drug_not_given("antineoplastic therapy", &["the mass kept bleeding"])
            && any(&it["statusReason"], |reason| coded(reason, SNOMED, "131148009"))
    }),
    ("F44", "large, ruptured, bleeding mass in June 2021", |s| {
        let words = "large neck mass, locally ruptured and bleeding";
        s.exam(words) && any(&s.named("Observation", words)["focus"], |reference| leads(reference, s.mass()))
    }),
    ("F45", "bleeding about 100 mL a day", |s| {
        s.one("Observation", |it| {
            says(&it["code"], "bleeding")
                && amount(&it["valueQuantity"], 100, "mL/d")
                && it["effectiveDateTime"] == "2021-06"
                && noted(it, "approximate")
        })
    }),
    ("F46", "severe anaemia", |s| {
        let it = s.named("Condition", "anaemia due to blood loss");
        coded(&it["severity"], SNOMED, "24484000")
            && coded(&it["code"], SNOMED, "413532003")
            && extension(it, &format!("{CORE}condition-assertedDate"))["valueDateTime"] == "2021-06"
    }),
    ("F47", "haemoglobin 48 g/L in June 2021", |s| {
        s.one("Observation", |it| {
            coded(&it["code"], LOINC, "718-7")
                && amount(&it["valueQuantity"], 48, "g/L")
                && it["effectiveDateTime"] == "2021-06"
        })
    }),
    ("F48", "mass about 26 x 18 x 15 cm", |s| {
        s.one("Observation", |it| {
            let length = |code: &str, value: i64| {
                any(&it["component"], |part| {
                    coded(&part["code"], LOINC, code) && amount(&part["valueQuantity"], value, "cm")
                })
            };
            coded(&it["code"], LOINC, "21889-1")
                && length("33728-7", 26)
                && length("33729-5", 18)
                && length("33729-5", 15)
                && it["effectiveDateTime"] == "2021-06"
                && noted(it, "approximate")
                && any(&it["focus"], |reference| leads(reference, s.mass()))
        })
    }),
    ("F49", "local skin ulceration and bloody secretion", |s| {
        s.exam("skin ulceration")
            && noted(s.named("Observation", "skin ulceration"), "local")
            && s.exam("bloody secretion")
    }),
    ("F50", "anaemic appearance", |s| {
        s.exam("anaemic appearance") && s.exam("pale complexion") && s.exam("pale lips, eyelids and conjunctiva")
    }),
    ("F51", "multiple metastases in both lungs", |s| {
        let it = s.lungs();
        let both = coded(&it["code"], ICD10, "C78.01") && coded(&it["code"], ICD10, "C78.02");
        (coded(&it["code"], ICD10, "C78.00") || both)
            && placed(it, "39607008", Some("51440002"))
            && leads(&extension(it, &format!("{CORE}condition-related"))["valueReference"], s.anaplastic())
    }),
    ("F52", "multidisciplinary evaluation", |s| {
        let it = s.named("Procedure", "multidisciplinary evaluation");
        let disciplines = ["thyroid surgery", "oncology", "radiotherapy", "nuclear medicine"];
        it["status"] == "completed"
            && disciplines.iter().all(|name| any(&it["performer"], |performer| performer["actor"]["display"] == *name))
    }),
    ("F53", "complete resection judged difficult in 2021", |s| {
        s.one("Procedure", |it| {
            it["status"] == "not-done"
                && it["performedDateTime"] == "2021"
                && says(&it["code"], "tumour resection")
                && it["statusReason"]["text"]
                    .as_str()
                    .is_some_and(|text| text.starts_with("complete resection judged difficult"))
        })
    }),
    ("F54", "4500 cGy in 15 fractions to the right neck mass", |s| {
        volume(s, 4500).is_some_and(|it| {
            it["description"] == "right neck mass"
                && coded(&it["location"], SNOMED, "45048000")
                && any(&it["locationQualifier"], |side| coded(side, SNOMED, RIGHT))
                && any(&it["identifier"], |identifier| identifier["value"] == "GTV")
        })
    }),
    ("F55", "simultaneous boost 6750 cGy in 15 fractions", |s| {
        volume(s, 6750).is_some_and(|it| any(&it["identifier"], |identifier| identifier["value"] == "GTVboost"))
    }),
    ("F56", "IMRT, image-guided, integrated boost, field-in-field", |s| {
        let techniques = techniques(s.course("2021", "completed"));
        let words = ["IMRT", "image guidance (IGRT)", "simultaneous integrated boost", "field-in-field"];
        techniques.iter().any(|technique| coded(technique, SNOMED, "441799006"))
            && words.iter().all(|words| techniques.iter().any(|technique| says(technique, words)))
    }),
    ("F57", "the boost's target", |s| {
        volume(s, 6750).is_some_and(|it| {
            it["description"]
                == "boost, 1 cm inside the edge of the mass; large vessels, nerves and other tissues spared"
        })
    }),
    ("F58", "tislelizumab 200 mg every three weeks from July 2021", |s| {
        let given = s.named("MedicationAdministration", "tislelizumab");
        let order = s.named("MedicationRequest", "tislelizumab");
        let repeat = &order["dosageInstruction"][0]["timing"]["repeat"];
        given["status"] == "in-progress"
            && given["effectivePeriod"]["start"] == "2021-07"
            && given["effectivePeriod"]["end"].is_null()
            && amount(&given["dosage"]["dose"], 200, "mg")
            && leads(&given["request"], order)
            && repeat["frequency"] == 1
            && repeat["period"] == 3
            && repeat["periodUnit"] == "wk"
            && amount(&order["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"], 200, "mg")
    }),
    ("F59", "well tolerated", |s| {
        let it = s.named("Observation", "good tolerance of tislelizumab");
        noted(it, "almost no adverse reactions")
            && any(&it["partOf"], |reference| leads(reference, s.named("MedicationAdministration", "tislelizumab")))
    }),
    ("F60", "the mass gradually shrank", |s| {
        let smaller =
            |it: &Value| noted(it, "neck mass gradually smaller") && any(&it["focus"], |to| leads(to, s.mass()));
        s.status("improved", s.mass(), SNOMED, "268910001") && s.one("Observation", smaller)
    }),
    ("F61", "lung metastases smaller", |s| s.status("improved", s.lungs(), SNOMED, "268910001")),
    ("F62", "partial response", |s| s.status("partial response", s.anaplastic(), LOINC, "LA28369-9")),
    ("F63", "no recurrence to date", |s| s.status("no tumour recurrence", s.anaplastic(), SNOMED, "414861001")),
    ("F64", "haemoglobin 97 g/L later", |s| {
        s.one("Observation", |it| {
            coded(&it["code"], LOINC, "718-7")
                && amount(&it["valueQuantity"], 97, "g/L")
                && it["effectiveDateTime"].is_null()
                && noted(it, "later than June 2021")
        })
    }),
    ("F65", "the neck moves freely, no bleeding any more", |s| {
        coded(&s.named("Observation", "free movement of the neck")["valueCodeableConcept"], SNOMED, "52101004")
            && s.one("Observation", |it| {
                says(&it["code"], "bleeding")
                    && coded(&it["valueCodeableConcept"], SNOMED, "2667000")
                    && noted(it, "no longer")
            })
    }),
    ("F66", "fatigue and neck pain gone", |s| {
        let gone = |words: &str| coded(&s.named("Condition", words)["clinicalStatus"], "", "resolved");
        gone("fatigue") && gone("neck pain")
    }),
    ("F67", "no chemotherapy, with the reasons", |s| {
        s.drug_not_given(
            "chemotherapy",
            &["poor general condition", "severe anaemia", "poor tolerance to chemotherapy"],
        )
    }),
    ("F68", "no antiangiogenic drugs, because of severe bleeding", |s| {
        s.drug_not_given("antiangiogenic therapy", &["severe bleeding from the neck mass"])
    }),
    ("F69", "no dabrafenib and trametinib: BRAF negative", |s| {
        ["dabrafenib", "trametinib"].iter().all(|drug| s.drug_not_given(drug, &["no indication, BRAF negative"]))
    }),
    ("F70", "six CTs, each with its date", |s| {
        let scans = s.all("Procedure", |it| says(&it["code"], "CT of neck") && it["status"] == "completed");
        let dates: Vec<&str> = scans.iter().filter_map(|it| it["performedDateTime"].as_str()).collect();
        let implied = |it: &Value| it["performedDateTime"] == "2021-10" && noted(it, "implies 2021");
        dates == ["2021-06", "2021-07", "2021-10", "2022-03", "2022-07", "2022-10"]
            && s.one("Procedure", implied)
            && s.one("Procedure", |it| {
                it["performedDateTime"] == "2022-03" && any_or_one(&it["outcome"], "tumour smaller")
            })
    }),
    ("F71", "works normally again, energetic", |s| {
        ["works as normal again", "feels energetic"]
            .iter()
            .all(|words| coded(&s.named("Observation", words)["valueCodeableConcept"], SNOMED, "52101004"))
    }),
    ("F72", "the source: doi and licence", |s| {
        s.one("Provenance", |it| {
            any(&it["entity"], |entity| {
                let what = &entity["what"];
                entity["role"] == "source"
                    && what["identifier"]["value"] == "10.3389/fonc.2023.1125226"
                    && what["display"].as_str().is_some_and(|text| text.contains("CC-BY-4.0"))
            }) && it["target"].as_array().map(Vec::len) == Some(fixtures::entries(&s.bundle).len() - 1)
        })
    }),
];

fn any_or_one(concept: &Value, words: &str) -> bool {
    says(concept, words) || any(concept, |item| says(item, words))
}

#[test]
fn each_of_the_72_facts_is_in_the_bundle() {
    let seed = Seed::read();
    assert_eq!(FACTS.len(), 72);
    let lost: Vec<String> =
        FACTS.iter().filter(|(_, _, holds)| !holds(&seed)).map(|(id, fact, _)| format!("{id} {fact}")).collect();
    assert!(lost.is_empty(), "{} facts are not in the bundle as they should be:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn facts_are_numbered_without_gaps() {
    for (at, (id, _, _)) in FACTS.iter().enumerate() {
        assert_eq!(*id, format!("F{:02}", at + 1));
    }
}

/// Needs the project's shared folder; without it there is nothing to compare with.
#[test]
fn the_numbers_are_those_of_the_list_of_facts() {
    let path = fixtures::root().join("../shared/seed/facts.tsv");
    let Ok(list) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return;
    };
    let theirs: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let ours: Vec<&str> = FACTS.iter().map(|(id, _, _)| *id).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn nobody_has_invented_a_birth_date_a_name_or_a_moment_of_the_age() {
    let seed = Seed::read();
    let patient = seed.all("Patient", |_| true)[0];
    for field in
        ["birthDate", "_birthDate", "deceasedBoolean", "deceasedDateTime", "address", "telecom", "maritalStatus"]
    {
        assert!(patient[field].is_null(), "{field}");
    }
    let names = patient["name"].as_array().expect("one name, masked");
    assert_eq!(names.len(), 1);
    assert_eq!(names[0].as_object().expect("a name").keys().collect::<Vec<_>>(), ["extension"]);
    let age = seed.all("Observation", |it| coded(&it["code"], LOINC, "30525-0"))[0];
    assert!(age.as_object().expect("an observation").keys().all(|name| !name.starts_with("effective")));
}

#[test]
fn nobody_has_invented_how_radioiodine_was_taken() {
    let seed = Seed::read();
    let text = seed.bundle.to_string();
    assert!(!text.contains("16560241000119104"), "the report does not say oral");
    for resource in seed.all("MedicationAdministration", |it| !it["dosage"]["route"].is_null()) {
        assert!(says(&resource["medicationCodeableConcept"], "Chinese medicine"), "only that has a route");
    }
    for course in seed.all("Procedure", modality_is_radioiodine) {
        assert!(!course.to_string().contains("route") && !course.to_string().contains("26643006"));
    }
    assert_eq!(seed.all("Procedure", modality_is_radioiodine).len(), 3);
}

#[test]
fn nobody_has_averaged_a_range_or_claimed_photons() {
    let seed = Seed::read();
    let mut numbers = HashSet::new();
    Tree::parse(&seed.bundle.to_string()).scalars(&mut |_, scalar| {
        if let Tree::Number(text) = scalar {
            numbers.insert(text.clone());
        }
    });
    assert!(!numbers.contains("175"));
    let text = seed.bundle.to_string();
    assert!(!text.contains("1156506007") && !text.to_lowercase().contains("photon"), "the report never says photons");
}

#[test]
fn no_number_and_no_date_stands_in_the_bundle_that_the_case_does_not_give() {
    let seed = Seed::read();
    let fixture = fixtures::named("xing-2023-atc");
    let mut given = HashSet::new();
    Tree::parse(fixture.text()).scalars(&mut |_, scalar| {
        let text = scalar.text().unwrap_or_default();
        given.extend(text.split(['/', ' ', '-']).map(|part| part.trim_start_matches('~').to_owned()));
        given.extend(text.split('/').map(str::to_owned));
    });
    Tree::parse(&fixture.convert().json()).scalars(&mut |path, scalar| {
        let name = path.rsplit(['.', ']']).next().unwrap_or_default();
        let is_date = name.ends_with("DateTime") || matches!(name, "start" | "end" | "timestamp" | "recorded" | "date");
        let text = scalar.text().unwrap_or_default();
        // `frequency` 1 is how "every 3 weeks" is written in FHIR: once in three weeks.
        if (is_date || matches!(scalar, Tree::Number(_))) && name != "frequency" {
            assert!(given.contains(text), "{path}: {text} is not in the case");
        }
    });
    let _ = seed;
}

#[test]
fn no_status_stands_in_the_bundle_that_the_case_does_not_give() {
    let seed = Seed::read();
    assert!(seed.all("Condition", |it| !it["verificationStatus"].is_null()).is_empty());
    let with_status = seed.all("Condition", |it| !it["clinicalStatus"].is_null());
    let mut words: Vec<&str> = with_status.iter().filter_map(|it| it["code"]["text"].as_str()).collect();
    words.sort_unstable();
    assert_eq!(words, ["fatigue", "neck pain", "papillary thyroid carcinoma", "papillary thyroid carcinoma"]);
}

#[test]
fn each_metastasis_and_recurrence_is_linked_with_its_primary() {
    let seed = Seed::read();
    let linked = seed.all("Condition", |it| !extension(it, &format!("{CORE}condition-related")).is_null());
    assert_eq!(linked.len(), 5, "two of nodes, one of lungs, two recurrences");
    assert!(linked.iter().any(|it| it["id"] == seed.lungs()["id"]));
}
