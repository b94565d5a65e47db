//! A session: the connections to the cluster and the threads that drive them.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use openssl::ssl::{SslConnector, SslFiletype, SslMethod};
use scylla::client::execution_profile::ExecutionProfile;
use scylla::client::session::{OpenSsl010Config, Session as Driver};
use scylla::client::session_builder::SessionBuilder;
use scylla::client::PoolSize;
use scylla::frame::types::{Consistency, SerialConsistency};
use scylla::policies::load_balancing::DefaultPolicy;
use scylla::policies::speculative_execution::SimpleSpeculativeExecutionPolicy;
use scylla::policies::timestamp_generator::MonotonicTimestampGenerator;
use scylla::statement::prepared::PreparedStatement;
use tokio::runtime::Runtime;

use crate::error::{from_connect, from_prepare, Error, Kind};
use crate::request::{run_calls, run_page, run_text, Call, Pending};

const THREADS: usize = 2;
/// How long closing waits for the driver's own tasks.
const CLOSE_SECONDS_MAX: u64 = 2;

pub struct Options {
    pub contact_points: String,
    pub keyspace: Option<String>,
    pub data_centre: Option<String>,
    pub user: Option<String>,
    pub password: Option<String>,
    pub tls_authority: Option<String>,
    pub tls_certificate: Option<String>,
    pub tls_key: Option<String>,
    pub is_tls: bool,
    pub consistency: u16,
    pub serial_consistency: u16,
    pub connect_ms: u32,
    pub speculative_ms: u32,
    pub connections: u32,
}

pub struct Session {
    driver: Option<Arc<Driver>>,
    runtime: Option<Runtime>,
}

pub fn consistency(code: u16) -> Result<Consistency, Error> {
    Consistency::try_from(code).map_err(|_| Error::new(Kind::Invalid, format!("there is no consistency {code}")))
}

fn serial_consistency(code: u16) -> Result<SerialConsistency, Error> {
    match consistency(code)? {
        Consistency::Serial => Ok(SerialConsistency::Serial),
        Consistency::LocalSerial => Ok(SerialConsistency::LocalSerial),
        other => Err(Error::new(Kind::Invalid, format!("{other} is no consistency of conditions"))),
    }
}

/// A node must show a certificate that the authority signed and that names its address.
fn tls(options: &Options) -> Result<OpenSsl010Config, Error> {
    let failed = |what: &str, path: &str, cause: openssl::error::ErrorStack| {
        Error::new(Kind::BadCredentials, format!("TLS: {what} {path} cannot be used: {cause}"))
    };
    let mut builder =
        SslConnector::builder(SslMethod::tls_client()).map_err(|cause| failed("the library", "", cause))?;
    if let Some(path) = &options.tls_authority {
        builder.set_ca_file(path).map_err(|cause| failed("the authority", path, cause))?;
    }
    if let Some(path) = &options.tls_certificate {
        builder.set_certificate_chain_file(path).map_err(|cause| failed("the certificate", path, cause))?;
    }
    if let Some(path) = &options.tls_key {
        builder.set_private_key_file(path, SslFiletype::PEM).map_err(|cause| failed("the key", path, cause))?;
    }
    Ok(OpenSsl010Config::new(builder))
}

fn profile(options: &Options) -> Result<ExecutionProfile, Error> {
    let mut balancing = DefaultPolicy::builder().token_aware(true);
    if let Some(name) = &options.data_centre {
        balancing = balancing.prefer_datacenter(name.clone()).permit_dc_failover(false);
    }
    let mut profile = ExecutionProfile::builder()
        .consistency(consistency(options.consistency)?)
        .serial_consistency(Some(serial_consistency(options.serial_consistency)?))
        .load_balancing_policy(balancing.build());
    if options.speculative_ms > 0 {
        profile = profile.speculative_execution_policy(Some(Arc::new(SimpleSpeculativeExecutionPolicy {
            max_retry_count: 1,
            retry_interval: Duration::from_millis(options.speculative_ms.into()),
        })));
    }
    Ok(profile.build())
}

fn builder(options: &Options) -> Result<SessionBuilder, Error> {
    let connections = NonZeroUsize::new(options.connections as usize).unwrap_or(NonZeroUsize::MIN);
    let mut builder = SessionBuilder::new()
        .known_nodes(options.contact_points.split(','))
        .default_execution_profile_handle(profile(options)?.into_handle())
        .connection_timeout(Duration::from_millis(options.connect_ms.into()))
        .pool_size(PoolSize::PerHost(connections))
        .timestamp_generator(Arc::new(MonotonicTimestampGenerator::new()))
        .keepalive_interval(Duration::from_secs(5))
        .keepalive_timeout(Duration::from_secs(5))
        // Replicas are found from the keyspace; the columns of tables come with prepared statements.
        .fetch_schema_metadata(false);
    if let Some(keyspace) = &options.keyspace {
        builder = builder.use_keyspace(keyspace, true);
    }
    if let Some(user) = &options.user {
        builder = builder.user(user, options.password.clone().unwrap_or_default());
    }
    if options.is_tls {
        builder = builder.tls_context(Some(tls(options)?));
    }
    Ok(builder)
}

impl Session {
    pub fn connect(options: Options) -> Result<Session, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("cassandra")
            .enable_all()
            .build()
            .map_err(|cause| Error::new(Kind::Internal, format!("no threads for the Cassandra driver: {cause}")))?;
        let builder = builder(&options)?;
        let limit = Duration::from_millis(options.connect_ms.into());
        let driver = runtime.block_on(async {
            match tokio::time::timeout(limit, builder.build()).await {
                Ok(built) => built.map_err(from_connect),
                Err(_) => Err(Error::new(Kind::Unavailable, format!("no node answers within {limit:?}"))),
            }
        })?;
        Ok(Session { driver: Some(Arc::new(driver)), runtime: Some(runtime) })
    }

    fn parts(&self) -> (&Arc<Driver>, &Runtime) {
        (self.driver.as_ref().expect("open until dropped"), self.runtime.as_ref().expect("open until dropped"))
    }

    pub fn prepare(&self, cql: &str) -> Result<PreparedStatement, Error> {
        let (driver, runtime) = self.parts();
        runtime.block_on(driver.prepare(cql)).map_err(from_prepare)
    }

    pub fn send(
        &self,
        is_batch: bool,
        calls: Vec<Call>,
        is_repeatable: bool,
        consistency_code: u16,
        timeout_ms: u32,
    ) -> Result<Pending, Error> {
        let consistency = match consistency_code {
            0 => None,
            code => Some(consistency(code)?),
        };
        let (driver, runtime) = self.parts();
        let timeout = Duration::from_millis(timeout_ms.into());
        let work = run_calls(driver.clone(), is_batch, calls, is_repeatable, consistency, timeout);
        Ok(Pending::new(runtime.handle(), work))
    }

    pub fn send_page(&self, call: Call, page_rows: u32, state: &[u8], timeout_ms: u32) -> Pending {
        let (driver, runtime) = self.parts();
        let timeout = Duration::from_millis(timeout_ms.into());
        Pending::new(runtime.handle(), run_page(driver.clone(), call, page_rows, state.to_vec(), timeout))
    }

    pub fn send_text(&self, cql: &str, timeout_ms: u32) -> Pending {
        let (driver, runtime) = self.parts();
        let timeout = Duration::from_millis(timeout_ms.into());
        Pending::new(runtime.handle(), run_text(driver.clone(), cql.to_owned(), timeout))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            let entered = runtime.enter();
            self.driver = None;
            drop(entered);
            runtime.shutdown_timeout(Duration::from_secs(CLOSE_SECONDS_MAX));
        }
    }
}
