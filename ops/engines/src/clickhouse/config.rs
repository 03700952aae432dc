//! The configuration files ClickHouse is started with.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{
    access::{Access, User, hex},
    engine::Engine,
};

/// The files and folders below an embedded ClickHouse's data folder.
pub(super) struct Layout {
    pub(super) root: PathBuf,
}

impl Layout {
    /// Held locked by the process that owns the folder.
    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The users and their passwords.
    pub(super) fn access(&self) -> PathBuf {
        self.root.join("access.json")
    }

    pub(super) fn server_config(&self) -> PathBuf {
        self.root.join("server.xml")
    }

    fn users_config(&self) -> PathBuf {
        self.root.join("users.xml")
    }

    /// An empty working directory: the database `default` resolves files there.
    pub(super) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    fn store(&self) -> PathBuf {
        self.root.join("store")
    }

    /// Locked by ClickHouse itself while it runs.
    pub(super) fn status(&self) -> PathBuf {
        self.store().join("status")
    }

    fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// ClickHouse's own log, which it rotates.
    fn log(&self) -> PathBuf {
        self.root.join("log/clickhouse.log")
    }

    /// What the launcher and the engine wrote to their standard output and error since the last start.
    pub(super) fn launcher_log(&self) -> PathBuf {
        self.root.join("log/launcher.log")
    }

    /// Makes the folders, readable by their owner alone.
    pub(super) fn create(&self) -> io::Result<()> {
        for folder in [self.root.clone(), self.root.join("log"), self.work(), self.store(), self.backups()] {
            fs::create_dir_all(&folder)?;
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    }

    /// Writes the server's configuration and its users.
    pub(super) fn write(
        &self,
        engine: &Engine,
        port: u16,
        max_server_memory: u64,
        access: &Access,
    ) -> io::Result<()> {
        write_private(&self.server_config(), &self.server_xml(port, max_server_memory))?;
        write_private(&self.users_config(), &users_xml(engine, access))
    }

    // `system` has to live in memory: a query log on disk breaks the next start.
    fn server_xml(&self, port: u16, max_server_memory: u64) -> String {
        let log = escape(&self.log());
        let store = escape(&self.store());
        let users = escape(&self.users_config());
        let backups = escape(&self.backups());
        let system_logs: String =
            ["query_log", "part_log", "error_log"].into_iter().map(system_log).collect();
        format!(
            r"<clickhouse>
  <logger>
    <level>information</level>
    <log>{log}</log>
    <size>10M</size>
    <count>3</count>
  </logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>{port}</http_port>
  <path>{store}/</path>
  <tmp_path>{store}/tmp/</tmp_path>
  <users_config>{users}</users_config>
  <user_directories><users_xml><path>{users}</path></users_xml></user_directories>
  <backups><allowed_path>{backups}/</allowed_path></backups>
  <max_server_memory_usage>{max_server_memory}</max_server_memory_usage>
  <background_pool_size>4</background_pool_size>
  <background_schedule_pool_size>8</background_schedule_pool_size>
  <background_distributed_schedule_pool_size>2</background_distributed_schedule_pool_size>
{system_logs}  <http_handlers>
    <rule>
      <url>/metrics</url>
      <methods>GET</methods>
      <handler>
        <type>prometheus</type>
        <metrics>true</metrics>
        <events>true</events>
        <asynchronous_metrics>true</asynchronous_metrics>
        <errors>true</errors>
      </handler>
    </rule>
    <defaults/>
  </http_handlers>
</clickhouse>
"
        )
    }
}

fn system_log(table: &str) -> String {
    format!(
        "  <{table}><database>system</database><table>{table}</table>\
         <engine>ENGINE = Memory SETTINGS max_rows_to_keep = 100000</engine></{table}>\n"
    )
}

/// What the writer may do: everything with its own tables, nothing with the host's files.
const WRITER: &[&str] = &[
    "GRANT SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE DICTIONARY, \
     CREATE TEMPORARY TABLE, CREATE ARBITRARY TEMPORARY TABLE, DROP, UNDROP TABLE, TRUNCATE, OPTIMIZE, SHOW, \
     dictGet, BACKUP, KILL QUERY, SYSTEM MERGES, SYSTEM TTL MERGES, SYSTEM VIEWS, SYSTEM RELOAD DICTIONARY, \
     SYSTEM DROP CACHE, SYSTEM FLUSH LOGS ON *.*",
    // Engines by name: File, URL, Executable and their like would read the host's files and run its programs.
    "GRANT TABLE ENGINE ON MergeTree, TABLE ENGINE ON ReplacingMergeTree, TABLE ENGINE ON SummingMergeTree, \
     TABLE ENGINE ON AggregatingMergeTree, TABLE ENGINE ON CollapsingMergeTree, \
     TABLE ENGINE ON VersionedCollapsingMergeTree, TABLE ENGINE ON Memory, TABLE ENGINE ON Null, \
     TABLE ENGINE ON Buffer, TABLE ENGINE ON Merge, TABLE ENGINE ON Dictionary, TABLE ENGINE ON Join, \
     TABLE ENGINE ON Set, TABLE ENGINE ON Distributed",
];

const READER: &[&str] =
    &["GRANT SELECT, SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES, dictGet ON *.*"];

/// What the launcher's own session needs to listen and to read its standard input. It is logged in as `default`,
/// has no password, and is the only session that user may have, so that nobody else is `default` over HTTP.
const LAUNCHER: &[&str] = &[
    "GRANT SYSTEM LISTEN ON *.*",
    "GRANT CREATE ARBITRARY TEMPORARY TABLE ON *.*",
    "GRANT READ, WRITE ON FILE",
];

fn users_xml(engine: &Engine, access: &Access) -> String {
    let launcher = match engine {
        Engine::Library(_) => user("default", "<no_password/>", "launcher", LAUNCHER),
        // A server has no such session, so this user would be free to log in.
        Engine::Binary(_) => String::new(),
    };
    let writer = user(&access.writer.name, &password(&access.writer), "default", WRITER);
    let reader = user(&access.reader.name, &password(&access.reader), "reader", READER);
    let settings = "<async_insert>0</async_insert><implicit_select>0</implicit_select>";
    format!(
        r"<clickhouse>
  <profiles>
    <default>{settings}</default>
    <reader>{settings}<readonly>2</readonly></reader>
    <launcher>{settings}<max_sessions_for_user>1</max_sessions_for_user></launcher>
  </profiles>
  <quotas><default/></quotas>
  <users>
{launcher}{writer}{reader}  </users>
</clickhouse>
"
    )
}

fn user(name: &str, password: &str, profile: &str, grants: &[&str]) -> String {
    let grants: String = grants.iter().map(|grant| format!("      <query>{grant}</query>\n")).collect();
    format!(
        "    <{name}>{password}<networks><ip>127.0.0.1</ip></networks><profile>{profile}</profile>\
         <quota>default</quota>\n     <grants>\n{grants}     </grants></{name}>\n"
    )
}

fn password(user: &User) -> String {
    format!("<password_sha256_hex>{}</password_sha256_hex>", hex(&Sha256::digest(&user.password)))
}

fn escape(path: &Path) -> String {
    path.to_string_lossy().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Replaces a file by one that only its owner can read, whole or not at all.
pub(super) fn write_private(file: &Path, content: &str) -> io::Result<()> {
    let written = file.with_extension("new");
    let mut out =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&written)?;
    out.write_all(content.as_bytes())?;
    out.sync_all()?;
    fs::rename(&written, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        let user = |name: &str| User { name: name.into(), password: "secret".into() };
        Access { writer: user("weir_writer"), reader: user("weir_reader") }
    }

    #[test]
    fn files_are_private_and_hold_no_password() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout { root: folder.path().join("data") };
        layout.create().unwrap();
        layout.write(&Engine::Library("l".into()), 8123, 1 << 30, &access()).unwrap();
        for file in [layout.server_config(), layout.users_config()] {
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
            assert!(!fs::read_to_string(&file).unwrap().contains("secret"));
        }
        assert_eq!(fs::metadata(&layout.root).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn paths_are_escaped() {
        let layout = Layout { root: "/data/a&b<c".into() };
        assert!(layout.server_xml(1, 1).contains("<path>/data/a&amp;b&lt;c/store/</path>"));
    }

    #[test]
    fn nobody_but_the_launcher_reads_files() {
        assert!(!WRITER.iter().chain(READER).any(|grant| grant.contains("ON FILE")));
        let default = |engine| users_xml(&engine, &access()).contains("<default><no_password/>");
        assert!(default(Engine::Library("l".into())));
        assert!(!default(Engine::Binary("b".into())));
    }
}
