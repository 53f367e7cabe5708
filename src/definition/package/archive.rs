//! A package from its archive: tar in gzip, as npm packs it.

use std::io::Read;
use std::path::{Component, Path};

use flate2::read::MultiGzDecoder;

use super::content::Content;
use super::{MAX_FILE, MAX_TOTAL, Package, is_definition};
use crate::issue::Issues;

/// Reads the members right below the folder `package`.
pub(super) fn load(path: &Path, bytes: &[u8], issues: &mut Issues) -> Result<Package, String> {
    // The reader ends at the limit, and an archive that is cut off there is an error like any other cut.
    let mut archive = tar::Archive::new(MultiGzDecoder::new(bytes).take(MAX_TOTAL));
    let mut content = Content::new(path, true);
    let mut has_manifest = false;
    for entry in archive.entries().map_err(|error| error.to_string())? {
        let mut entry = entry.map_err(|error| error.to_string())?;
        let Some(name) = entry.path().ok().and_then(|path| member(&path)) else { continue };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        if entry.size() > MAX_FILE {
            content.refuse(&name, &format!("it has more than {} MiB", MAX_FILE >> 20), issues);
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        has_manifest |= name == "package.json";
        content.take(&name, bytes, issues);
    }
    if has_manifest { Ok(content.finish()) } else { Err("the archive has no package/package.json".to_owned()) }
}

/// The file's name where the path is `package/<name>`, and the name ends as those of definitions do.
fn member(path: &Path) -> Option<String> {
    let mut parts = path.components().filter(|part| *part != Component::CurDir);
    let (Some(Component::Normal(folder)), Some(Component::Normal(name)), None) =
        (parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    (folder == "package" && is_definition(Path::new(name))).then(|| name.to_string_lossy().into_owned())
}
