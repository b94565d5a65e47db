//! What a failure means to the caller: above all, whether a write may have been done.

use scylla::errors::{BadQuery, DbError, ExecutionError, NewSessionError, PrepareError, RequestAttemptError};
use scylla::frame::types::Consistency;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Invalid = 1,
    Missing = 2,
    Unavailable = 3,
    Uncertain = 4,
    TooLarge = 5,
    BadCredentials = 6,
    Forbidden = 7,
    Internal = 8,
}

#[derive(Debug)]
pub struct Error {
    pub kind: Kind,
    pub message: String,
}

impl Error {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into() }
    }
}

/// `is_conditional`: the request has conditions, which Cassandra decides in several rounds.
fn kind_of_database_error(error: &DbError, reason: &str, is_conditional: bool) -> Kind {
    match error {
        // While the condition is decided nothing is done; what fails at the other consistency, that of the commit,
        // was decided already.
        DbError::Unavailable { consistency, .. } => match consistency {
            Consistency::Serial | Consistency::LocalSerial => Kind::Unavailable,
            _ if is_conditional => Kind::Uncertain,
            _ => Kind::Unavailable,
        },
        DbError::IsBootstrapping => Kind::Unavailable,
        DbError::Invalid if reason.contains("unconfigured table") => Kind::Missing,
        DbError::Invalid if reason.contains("does not exist") => Kind::Missing,
        DbError::Invalid if reason.contains("too large") || reason.contains("too big") => Kind::TooLarge,
        DbError::Invalid | DbError::SyntaxError | DbError::ConfigError => Kind::Invalid,
        DbError::AlreadyExists { .. } => Kind::Invalid,
        DbError::AuthenticationError => Kind::BadCredentials,
        DbError::Unauthorized => Kind::Forbidden,
        // Timeouts, failures of replicas, overload: some node may have done its part.
        _ => Kind::Uncertain,
    }
}

fn kind_of_attempt(error: &RequestAttemptError, is_conditional: bool) -> Kind {
    match error {
        RequestAttemptError::DbError(error, reason) => kind_of_database_error(error, reason, is_conditional),
        RequestAttemptError::SerializationError(_) => Kind::Invalid,
        RequestAttemptError::CqlRequestSerialization(_) => Kind::TooLarge,
        RequestAttemptError::UnableToAllocStreamId => Kind::Unavailable,
        _ => Kind::Uncertain,
    }
}

pub fn from_execution(error: ExecutionError, is_conditional: bool) -> Error {
    let kind = match &error {
        ExecutionError::BadQuery(BadQuery::ValuesTooLongForKey(..)) => Kind::TooLarge,
        ExecutionError::BadQuery(_) => Kind::Invalid,
        ExecutionError::EmptyPlan | ExecutionError::ConnectionPoolError(_) => Kind::Unavailable,
        ExecutionError::PrepareError(_) => Kind::Unavailable,
        ExecutionError::LastAttemptError(error) => kind_of_attempt(error, is_conditional),
        _ => Kind::Uncertain,
    };
    Error::new(kind, error.to_string())
}

pub fn from_prepare(error: PrepareError) -> Error {
    let kind = match &error {
        PrepareError::AllAttemptsFailed { first_attempt } => match kind_of_attempt(first_attempt, false) {
            Kind::Uncertain => Kind::Unavailable, // preparing changes nothing
            kind => kind,
        },
        _ => Kind::Unavailable,
    };
    Error::new(kind, error.to_string())
}

pub fn from_connect(error: NewSessionError) -> Error {
    // The reason lies under several layers that differ by where the connection failed.
    let details = format!("{error:?}");
    let kind = if details.contains("AuthenticationError") || details.contains("MissingAuthentication") {
        Kind::BadCredentials
    } else if details.contains("does not exist") {
        Kind::Missing
    } else if matches!(error, NewSessionError::IllegalConfig(_) | NewSessionError::EmptyKnownNodesList) {
        Kind::Invalid
    } else {
        Kind::Unavailable
    };
    Error::new(kind, error.to_string())
}
