//! Code systems: their URIs, the short names that cases use for them, and the form of their codes.
//!
//! URIs are those of FHIR R4's terminologies page and of hl7.terminology's NamingSystems, as mCODE 4.0.0 uses them.

use std::borrow::Cow;

/// A code system, as far as this house knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSystem {
    /// The canonical URI.
    pub uri: Cow<'static, str>,
    /// What people call it.
    pub title: &'static str,
    form: Form,
}

/// How the codes of a system are formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Any text without blanks at its ends.
    Free,
    /// SNOMED CT identifiers: 6 to 18 digits, the last a Verhoeff check digit (SNOMED CT TIG, SCTID).
    SnomedCt,
    /// LOINC numbers: digits, a hyphen, a mod-10 check digit (LOINC Users' Guide). Answers have LA before, and the
    /// letters count: by 2 before an odd number of digits, by 5 before an even one (so all 287 answers in the FHIR and mCODE
    /// packages). Lists and parts have LL and LP; their digit is not checked.
    Loinc,
    /// ICD-10 and ICD-10-CM: a letter, a digit, a letter or digit, and up to four more after a point.
    Icd10,
    /// ICD-O-3: morphology `8260/3`, topography `C73.9`.
    IcdO3,
    /// Digits only.
    Digits,
    /// HGNC identifiers, with `HGNC:` before the digits.
    Hgnc,
    /// ATC codes: `L01FF`, `L01FF09`.
    Atc,
    /// NCI Thesaurus codes: C and digits.
    Ncit,
    /// `HP:0001250` and its like: a prefix, a colon, digits.
    Obo,
}

macro_rules! systems {
    ($($(#[$meta:meta])* $constant:ident $alias:literal $uri:literal $title:literal $form:ident;)+) => {
        $($(#[$meta])* pub const $constant: &str = $uri;)+
        const KNOWN: &[(&str, &str, &str, Form)] = &[$(($alias, $uri, $title, Form::$form)),+];
    };
}

systems! {
    /// SNOMED CT.
    SNOMED_CT "snomed" "http://snomed.info/sct" "SNOMED CT" SnomedCt;
    /// LOINC.
    LOINC "loinc" "http://loinc.org" "LOINC" Loinc;
    /// ICD-10-CM, the United States' clinical modification.
    ICD_10_CM "icd-10-cm" "http://hl7.org/fhir/sid/icd-10-cm" "ICD-10-CM" Icd10;
    /// ICD-10 of the WHO.
    ICD_10 "icd-10" "http://hl7.org/fhir/sid/icd-10" "ICD-10" Icd10;
    /// ICD-10-GM, the German modification.
    ICD_10_GM "icd-10-gm" "http://fhir.de/CodeSystem/bfarm/icd-10-gm" "ICD-10-GM" Icd10;
    /// ICD-O-3.
    ICD_O_3 "icd-o-3" "http://terminology.hl7.org/CodeSystem/icd-o-3" "ICD-O-3" IcdO3;
    /// RxNorm.
    RXNORM "rxnorm" "http://www.nlm.nih.gov/research/umls/rxnorm" "RxNorm" Digits;
    /// HGNC gene identifiers.
    HGNC "hgnc" "http://www.genenames.org" "HGNC" Hgnc;
    /// UCUM.
    UCUM "ucum" "http://unitsofmeasure.org" "UCUM" Free;
    /// ATC.
    ATC "atc" "http://www.whocc.no/atc" "ATC" Atc;
    /// NCI Thesaurus.
    NCIT "ncit" "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl" "NCI Thesaurus" Ncit;
    /// HGVS nomenclature of sequence variants.
    HGVS "hgvs" "http://varnomen.hgvs.org" "HGVS" Free;
    /// Human Phenotype Ontology.
    HPO "hpo" "http://human-phenotype-ontology.org" "Human Phenotype Ontology" Obo;
    /// Sequence Ontology.
    SO "so" "http://www.sequenceontology.org" "Sequence Ontology" Obo;
    /// ClinVar.
    CLINVAR "clinvar" "http://www.ncbi.nlm.nih.gov/clinvar" "ClinVar" Free;
    /// COSMIC.
    COSMIC "cosmic" "http://cancer.sanger.ac.uk/cancergenome/projects/cosmic" "COSMIC" Free;
    /// dbSNP.
    DBSNP "dbsnp" "http://www.ncbi.nlm.nih.gov/projects/SNP" "dbSNP" Free;
    /// BCP 47 language tags.
    BCP_47 "bcp-47" "urn:ietf:bcp:47" "BCP 47" Free;
    /// CVX vaccine codes.
    CVX "cvx" "http://hl7.org/fhir/sid/cvx" "CVX" Digits;
    /// CPT.
    CPT "cpt" "http://www.ama-assn.org/go/cpt" "CPT" Free;
    /// OMB race and ethnicity categories.
    CDC_RACE "cdc-race" "urn:oid:2.16.840.1.113883.6.238" "CDC race and ethnicity" Free;
}

impl CodeSystem {
    fn known(row: &(&'static str, &'static str, &'static str, Form)) -> Self {
        Self { uri: row.1.into(), title: row.2, form: row.3 }
    }

    /// Whether a code has the system's form; what is wrong where it has not.
    ///
    /// # Errors
    /// What is wrong with the code, in words that do not repeat it.
    pub fn check(&self, code: &str) -> Result<(), &'static str> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let sound = |condition: bool, reason: &'static str| if condition { Ok(()) } else { Err(reason) };
        match self.form {
            Form::Free => sound(is_code(code), "it is empty or has blanks at its ends"),
            Form::SnomedCt => {
                sound(digits(code) && (6..=18).contains(&code.len()), "it is not 6 to 18 digits")?;
                sound(verhoeff(code), "its check digit is wrong")
            }
            Form::Loinc => {
                let (prefix, number) =
                    code.split_at(if code.starts_with(['L']) && code.is_char_boundary(2) { 2 } else { 0 });
                let parts =
                    number.split_once('-').filter(|(body, check)| digits(body) && digits(check) && check.len() == 1);
                let (body, check) = parts.ok_or("it is not digits, a hyphen and a check digit")?;
                let given = check.bytes().next().map(|byte| byte - b'0');
                let letters = match (prefix, body.len() % 2) {
                    ("", _) => Some(0),
                    ("LA", 1) => Some(2),
                    ("LA", _) => Some(5),
                    ("LL" | "LP", _) => None,
                    _ => return Err("it has letters that no LOINC number has"),
                };
                let right = letters.is_none_or(|letters| given == Some((luhn(body) + letters) % 10));
                sound(right, "its check digit is wrong")
            }
            Form::Icd10 => sound(is_icd10(code), "it is not a letter, a digit, and the rest of an ICD-10 code"),
            Form::IcdO3 => {
                let morphology =
                    code.split_once('/').is_some_and(|(m, b)| digits(m) && m.len() == 4 && digits(b) && b.len() == 1);
                sound(
                    morphology || is_icd10(code),
                    "it is neither a morphology such as 8260/3 nor a topography such as C73.9",
                )
            }
            Form::Digits => sound(digits(code), "it is not digits only"),
            Form::Hgnc => sound(digits(code.strip_prefix("HGNC:").unwrap_or(code)), "it is not HGNC: and digits"),
            Form::Atc => {
                let shape = b"AddAAdd";
                let fits = code.bytes().zip(shape).all(|(byte, kind)| match kind {
                    b'A' => byte.is_ascii_uppercase(),
                    _ => byte.is_ascii_digit(),
                });
                sound(fits && matches!(code.len(), 1 | 3 | 4 | 5 | 7), "it is not formed like L01FF09")
            }
            Form::Ncit => sound(code.strip_prefix('C').is_some_and(digits), "it is not C and digits"),
            Form::Obo => {
                let parts = code.split_once(':');
                sound(
                    parts.is_some_and(|(prefix, rest)| !prefix.is_empty() && digits(rest)),
                    "it is not formed like HP:0001250",
                )
            }
        }
    }

    /// The code as the system writes it: an HGNC number gets its prefix.
    #[must_use]
    pub fn canonical(&self, code: &str) -> String {
        if self.form == Form::Hgnc && !code.starts_with("HGNC:") {
            return format!("HGNC:{code}");
        }
        code.to_owned()
    }
}

/// The system that cases call by this short name.
#[must_use]
pub fn by_alias(alias: &str) -> Option<CodeSystem> {
    let alias = alias.trim().to_lowercase();
    let alias = match alias.as_str() {
        "snomedct" | "snomed-ct" | "sct" | "snomedct_us" => "snomed",
        "icd10cm" => "icd-10-cm",
        "icd10" => "icd-10",
        "icdo" | "icdo3" | "icd-o" => "icd-o-3",
        "hp" => "hpo",
        other => other,
    };
    KNOWN.iter().find(|row| row.0 == alias).map(CodeSystem::known)
}

/// The system of this short name or URI. A URI that is not known is taken as it is, without a check of its codes.
#[must_use]
pub fn find(name: &str) -> Option<CodeSystem> {
    let by_uri = || KNOWN.iter().find(|row| row.1 == name).map(CodeSystem::known);
    let foreign = || {
        is_absolute_uri(name).then(|| CodeSystem {
            uri: name.to_owned().into(),
            title: name_of_foreign(),
            form: Form::Free,
        })
    };
    by_alias(name).or_else(by_uri).or_else(foreign)
}

const fn name_of_foreign() -> &'static str {
    "that code system"
}

/// The short names, for messages.
#[must_use]
pub fn aliases() -> Vec<&'static str> {
    KNOWN.iter().map(|row| row.0).collect()
}

/// The short name of a URI, for people.
#[must_use]
pub fn title(uri: &str) -> Option<&'static str> {
    KNOWN.iter().find(|row| row.1 == uri).map(|row| row.2)
}

/// Whether a text is an absolute URI: a scheme, a colon, no blanks; for `urn:oid:` an OID of four arcs at least, as the reference
/// validator wants it, and for `urn:uuid:` a UUID (FHIR R4, Datatypes, oid and uuid).
#[must_use]
pub fn is_absolute_uri(text: &str) -> bool {
    if let Some(oid) = text.strip_prefix("urn:oid:") {
        let arc = |arc: &str| {
            !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()) && (arc == "0" || !arc.starts_with('0'))
        };
        return oid.starts_with(['0', '1', '2']) && oid.split('.').count() >= 4 && oid.split('.').all(arc);
    }
    if let Some(id) = text.strip_prefix("urn:uuid:") {
        return id.len() == 36 && uuid::Uuid::parse_str(id).is_ok();
    }
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let well = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        well && !rest.is_empty()
            && !text.contains(char::is_whitespace)
            && (rest.starts_with("//") || scheme == "urn" || scheme == "oid")
    })
}

/// FHIR's `code` (R4, Datatypes): no blanks at the ends, single ones within.
fn is_code(code: &str) -> bool {
    !code.is_empty() && code.split(' ').all(|part| !part.is_empty() && !part.contains(char::is_whitespace))
}

fn is_icd10(code: &str) -> bool {
    let (category, detail) = code.split_once('.').map_or((code, None), |(category, detail)| (category, Some(detail)));
    let mut characters = category.chars();
    let letter = characters.next().is_some_and(|c| c.is_ascii_uppercase());
    let digit = characters.next().is_some_and(|c| c.is_ascii_digit());
    let third = characters.next().is_none_or(|c| c.is_ascii_alphanumeric());
    let rest = characters.next().is_none();
    let well = detail.is_none_or(|d| (1..=4).contains(&d.len()) && d.chars().all(|c| c.is_ascii_alphanumeric()));
    letter && digit && third && rest && (category.len() == 3) && well
}

/// The Verhoeff check of a SNOMED CT identifier over all its digits.
fn verhoeff(digits: &str) -> bool {
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    // The dihedral group of order 10: digits 0 to 4 turn, 5 to 9 turn and mirror.
    let product = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let check = digits.bytes().rev().enumerate().fold(0, |check, (place, byte)| {
        let mut digit = byte - b'0';
        for _ in 0..place % 8 {
            digit = PERMUTATION.get(usize::from(digit)).copied().unwrap_or(0);
        }
        product(check, digit)
    });
    check == 0
}

/// LOINC's mod-10 check digit.
fn luhn(body: &str) -> u8 {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}
