//! Fetching with a stand-in for npm: a shell script that copies an archive.

use super::*;
use crate::clickhouse::access::hex;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::thread;

const CONTENT: &[u8] = b"a library";

/// A cache folder and an npm that puts down an archive with the given content, counting how often it is called.
struct Setup {
    folder: tempfile::TempDir,
}

impl Setup {
    fn new(archive: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("archive"), archive).unwrap();
        let script = format!(
            "echo called >> {0}/calls; [ \"$5\" = --pack-destination ] && cp {0}/archive \"$6\"/a.tgz",
            folder.path().display()
        );
        fs::write(folder.path().join("npm"), script).unwrap();
        Self { folder }
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    fn calls(&self) -> usize {
        fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default().lines().count()
    }

    fn fetch(&self) -> Result<PathBuf, Error> {
        let sha256 = hex(&Sha256::digest(CONTENT)).leak();
        let package = Package { name: "@a/b", version: "1.2", packed: 1, unpacked: 1, sha256 };
        let npm = vec!["sh".into(), self.folder.path().join("npm").into()];
        Fetch { package: &package, npm }.run(&|| Ok(self.cache()))
    }

    /// What the cache holds but for the lock.
    fn kept(&self) -> Vec<String> {
        let names = fs::read_dir(self.cache()).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).filter(|name| !name.ends_with(".lock")).collect()
    }
}

fn archive(member: &str, content: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, content) in [("package/index.js", &b"//"[..]), (member, content)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o755);
        builder.append_data(&mut header, name, content).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

#[test]
fn it_is_fetched_once_and_nothing_else_is_kept() {
    let setup = Setup::new(&archive(MEMBER, CONTENT));
    let library = setup.fetch().unwrap();
    assert_eq!(fs::read(&library).unwrap(), CONTENT);
    assert_eq!(setup.fetch().unwrap(), library);
    assert_eq!((setup.calls(), setup.kept()), (1, vec!["libchdb-1.2.so".to_owned()]));
}

#[test]
fn processes_that_fetch_at_once_share_one_fetch() {
    let setup = Setup::new(&archive(MEMBER, CONTENT));
    thread::scope(|scope| {
        for fetch in [(); 8].map(|()| scope.spawn(|| setup.fetch())) {
            assert_eq!(fs::read(fetch.join().unwrap().unwrap()).unwrap(), CONTENT);
        }
    });
    assert_eq!(setup.calls(), 1);
}

#[test]
fn a_wrong_hash_is_refused_and_the_next_try_starts_anew() {
    let setup = Setup::new(&archive(MEMBER, b"another library"));
    for calls in 1..=2 {
        let error = setup.fetch().unwrap_err().to_string();
        assert!(error.contains("@a/b@1.2: its sha256 is"), "{error}");
        assert_eq!((setup.calls(), setup.kept().len()), (calls, 0));
    }
}

#[test]
fn an_archive_cut_short_is_refused() {
    let whole = archive(MEMBER, CONTENT);
    for length in [0, 10, whole.len() / 2] {
        let setup = Setup::new(&whole[..length]);
        assert!(setup.fetch().is_err(), "{length} bytes");
        assert!(setup.kept().is_empty());
    }
}

#[test]
fn an_archive_without_the_library_is_refused() {
    let setup = Setup::new(&archive("package/other.so", CONTENT));
    let error = setup.fetch().unwrap_err().to_string();
    assert!(error.contains("the archive has no package/libchdb.so"), "{error}");
}

#[test]
fn what_a_killed_fetch_left_is_not_used() {
    let setup = Setup::new(&archive(MEMBER, CONTENT));
    fs::create_dir_all(setup.cache().join("libchdb-1.2.part/packed")).unwrap();
    fs::write(setup.cache().join("libchdb-1.2.part/libchdb.so"), "half").unwrap();
    assert_eq!(fs::read(setup.fetch().unwrap()).unwrap(), CONTENT);
    assert_eq!(setup.kept(), ["libchdb-1.2.so"]);
}

#[test]
fn npm_missing_or_failing_is_said() {
    let setup = Setup::new(b"");
    let package = Package { name: "@a/b", version: "1", packed: 1, unpacked: 1, sha256: "" };
    let fetch = |npm: &[&str]| {
        let npm = npm.iter().map(Into::into).collect();
        Fetch { package: &package, npm }.run(&|| Ok(setup.cache())).unwrap_err().to_string()
    };
    let missing = fetch(&["/nonexistent/npm"]);
    assert!(missing.contains("install Node.js"), "{missing}");
    let failing = fetch(&["sh", "-c", "echo no network >&2; exit 1"]);
    assert!(failing.contains("no network"), "{failing}");
}
