//! UCUM units: whether a code of the system `http://unitsofmeasure.org` is one (UCUM, section 2; FHIR R4, Using UCUM).
//!
//! The units that most resources have are looked up in a table; others are parsed by octofhir-ucum.

/// No unit is longer; what is longer is not parsed.
const LONGEST: usize = 256;

/// Whether a code is a unit of UCUM, case-sensitive.
#[must_use]
pub fn is_unit(code: &str) -> bool {
    if is_usual(code) {
        return true;
    }
    // UCUM is ASCII without blanks, in annotations too (UCUM, sections 3 and 6). The parser comes first, because `validate` thinks about
    // corrections for what cannot be parsed.
    code.len() <= LONGEST
        && code.bytes().all(|byte| byte.is_ascii_graphic())
        && octofhir_ucum::parse_expression(code).is_ok()
        && octofhir_ucum::validate(code).is_ok()
}

/// Units of everyday use, compared as bytes, of which the compiler makes a tree of decisions.
#[rustfmt::skip]
fn is_usual(code: &str) -> bool {
    matches!(
        code.as_bytes(),
        b"%" | b"/10*6" | b"/10*9" | b"/100" | b"/L" | b"/[HPF]" | b"/[LPF]" | b"/a" | b"/d" | b"/dL" | b"/g" |
        b"/h" | b"/kg" | b"/m2" | b"/mL" | b"/min" | b"/mm2" | b"/mm3" | b"/mo" | b"/s" | b"/uL" | b"/wk" | b"1" |
        b"10*12" | b"10*12/L" | b"10*3" | b"10*3/mL" | b"10*3/uL" | b"10*6" | b"10*6/L" | b"10*6/mL" | b"10*6/uL" |
        b"10*9" | b"10*9/L" | b"A" | b"Bq" | b"Cel" | b"Ci" | b"GBq" | b"Gy" | b"Hz" | b"J" | b"K" | b"L" | b"L/d" |
        b"L/h" | b"L/kg" | b"L/min" | b"L/min/m2" | b"MBq" | b"MHz" | b"MV" | b"MeV" | b"N" | b"Pa" | b"Sv" | b"U" |
        b"U/L" | b"U/dL" | b"U/g" | b"U/h" | b"U/mL" | b"V" | b"W" | b"[CFU]" | b"[CFU]/mL" | b"[IU]" | b"[IU]/L" |
        b"[IU]/d" | b"[IU]/dL" | b"[IU]/h" | b"[IU]/kg" | b"[IU]/mL" | b"[arb'U]" | b"[arb'U]/mL" | b"[degF]" |
        b"[diop]" | b"[drp]" | b"[foz_us]" | b"[ft_i]" | b"[iU]" | b"[iU]/L" | b"[iU]/mL" | b"[in_i]" | b"[lb_av]" |
        b"[mi_i]" | b"[oz_av]" | b"[pH]" | b"[ppb]" | b"[ppm]" | b"[pptr]" | b"[psi]" | b"a" | b"bar" | b"cGy" |
        b"cL" | b"cal" | b"cm" | b"cm/s" | b"cm2" | b"cm3" | b"cm[H2O]" | b"d" | b"dB" | b"dL" | b"deg" | b"eq" |
        b"eq/L" | b"fL" | b"g" | b"g/L" | b"g/cm2" | b"g/cm3" | b"g/d" | b"g/dL" | b"g/h" | b"g/kg" | b"g/m2" |
        b"g/mL" | b"h" | b"kBq" | b"kHz" | b"kJ" | b"kPa" | b"kU/L" | b"kU/mL" | b"kV" | b"k[IU]/L" | b"kat" |
        b"kcal" | b"kcal/d" | b"kcal/kg" | b"keV" | b"kg" | b"kg/m2" | b"kg/m3" | b"kg/wk" | b"km" | b"m" | b"m/s" |
        b"m/s2" | b"m2" | b"m3" | b"mA" | b"mCi" | b"mGy" | b"mL" | b"mL/d" | b"mL/h" | b"mL/kg" | b"mL/min" |
        b"mL/min/1.73.m2" | b"mL/min/{1.73_m2}" | b"mL/s" | b"mSv" | b"mU/L" | b"mU/mL" | b"mV" | b"m[IU]/L" |
        b"m[IU]/mL" | b"mbar" | b"meq" | b"meq/L" | b"meq/g" | b"mg" | b"mg/L" | b"mg/d" | b"mg/dL" | b"mg/g" |
        b"mg/h" | b"mg/kg" | b"mg/kg/d" | b"mg/kg/h" | b"mg/m2" | b"mg/m2/d" | b"mg/mL" | b"mg/min" | b"mg/mmol" |
        b"min" | b"mm" | b"mm/h" | b"mm2" | b"mm3" | b"mm[Hg]" | b"mmol" | b"mmol/L" | b"mmol/L/h" | b"mmol/d" |
        b"mmol/h" | b"mmol/kg" | b"mmol/mol" | b"mo" | b"mol" | b"mol/L" | b"mosm/L" | b"mosm/kg" | b"ms" | b"nL" |
        b"ng" | b"ng/L" | b"ng/dL" | b"ng/h" | b"ng/kg" | b"ng/mL" | b"nkat/L" | b"nm" | b"nmol" | b"nmol/L" |
        b"ns" | b"osm" | b"pL" | b"pg" | b"pg/L" | b"pg/dL" | b"pg/mL" | b"pmol" | b"pmol/L" | b"rad" | b"s" | b"t" |
        b"uCi" | b"uL" | b"uU/mL" | b"u[IU]/mL" | b"ug" | b"ug/L" | b"ug/d" | b"ug/dL" | b"ug/g" | b"ug/h" |
        b"ug/kg" | b"ug/kg/h" | b"ug/kg/min" | b"ug/m2" | b"ug/mL" | b"ug/min" | b"ukat/L" | b"um" | b"um2" |
        b"umol" | b"umol/L" | b"umol/d" | b"umol/g" | b"us" | b"wk" | b"{#}" | b"{CAG_repeats}" | b"{INR}" |
        b"{T-Score}" | b"{Z-Score}" | b"{a}" | b"{beats}/min" | b"{breaths}/min" | b"{cells}" | b"{cells}/uL" |
        b"{copies}/mL" | b"{count}" | b"{events}" | b"{index}" | b"{lymph_nodes}" | b"{mutations}/Mb" | b"{mut}/Mb" |
        b"{nodes}" | b"{nuclei}" | b"{pack-years}" | b"{pack}.a" | b"{percentile}" | b"{ratio}" | b"{score}" |
        b"{tbl}" | b"{titer}"
    )
}
