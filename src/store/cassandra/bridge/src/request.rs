//! Requests under way and their answers. Values are CQL's own bytes, given and taken as they are.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use scylla::client::session::Session as Driver;
use scylla::deserialize::row::ColumnIterator;
use scylla::frame::types::Consistency;
use scylla::response::query_result::QueryResult;
use scylla::response::{PagingState, PagingStateResponse};
use scylla::serialize::row::{RowSerializationContext, SerializeRow};
use scylla::serialize::writers::RowWriter;
use scylla::serialize::SerializationError;
use scylla::statement::batch::{Batch, BatchType};
use scylla::statement::prepared::PreparedStatement;
use scylla::statement::unprepared::Statement;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::error::{from_execution, Error, Kind};

type Cells = Vec<Option<Vec<u8>>>;

/// One statement and its values.
pub struct Call {
    pub statement: PreparedStatement,
    pub cells: Cells,
}

struct RawRow(Cells);

#[derive(Debug)]
struct WrongCount {
    wanted: usize,
    given: usize,
}

impl std::fmt::Display for WrongCount {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "the statement has {} values, {} are given", self.wanted, self.given)
    }
}

impl std::error::Error for WrongCount {}

impl SerializeRow for RawRow {
    fn serialize(
        &self,
        context: &RowSerializationContext<'_>,
        writer: &mut RowWriter,
    ) -> Result<(), SerializationError> {
        let (wanted, given) = (context.columns().len(), self.0.len());
        if wanted != given {
            return Err(SerializationError::new(WrongCount { wanted, given }));
        }
        for cell in &self.0 {
            let cell_writer = writer.make_cell_writer();
            match cell {
                Some(bytes) => cell_writer.set_value(bytes).map_err(SerializationError::new)?,
                None => cell_writer.set_null(),
            };
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A request that was sent; the answer is waited for by `wait`.
pub struct Pending {
    handle: Handle,
    task: JoinHandle<Result<Rows, Error>>,
}

impl Pending {
    pub fn new(handle: &Handle, work: impl Future<Output = Result<Rows, Error>> + Send + 'static) -> Self {
        Pending { handle: handle.clone(), task: handle.spawn(work) }
    }

    pub fn wait(self) -> Result<Rows, Error> {
        match self.handle.block_on(self.task) {
            Ok(answer) => answer,
            Err(failure) if failure.is_cancelled() => Err(Error::new(Kind::Uncertain, "the session was closed")),
            Err(_) => Err(Error::new(Kind::Internal, "the Cassandra driver panicked")),
        }
    }
}

/// All rows of an answer; the cells are views of the bytes that came.
#[derive(Default)]
pub struct Rows {
    pub names: Vec<String>,
    /// Where the next page begins; none behind the last.
    pub paging_state: Option<Vec<u8>>,
    cells: Vec<Option<Bytes>>,
}

impl Rows {
    pub fn row_count(&self) -> usize {
        self.cells.len().checked_div(self.names.len()).unwrap_or(0)
    }

    pub fn cell(&self, row: usize, column: usize) -> Option<&[u8]> {
        if column >= self.names.len() {
            return None;
        }
        self.cells.get(row.checked_mul(self.names.len())?.checked_add(column)?)?.as_deref()
    }

    fn read(result: QueryResult) -> Result<Rows, Error> {
        let damaged = |cause: &dyn std::fmt::Display| {
            Error::new(Kind::Internal, format!("an answer of Cassandra cannot be read: {cause}"))
        };
        if !result.is_rows() {
            return Ok(Rows::default());
        }
        let result = result.into_rows_result().map_err(|cause| damaged(&cause))?;
        let names = result.column_specs().iter().map(|column| column.name().to_owned()).collect();
        let mut cells = Vec::new();
        for row in result.rows::<ColumnIterator>().map_err(|cause| damaged(&cause))? {
            for column in row.map_err(|cause| damaged(&cause))? {
                let column = column.map_err(|cause| damaged(&cause))?;
                cells.push(column.slice.map(|slice| slice.to_bytes()));
            }
        }
        Ok(Rows { names, paging_state: None, cells })
    }
}

/// The statements as one request: a batch, or the single one of them.
pub async fn run_calls(
    driver: Arc<Driver>,
    is_batch: bool,
    calls: Vec<Call>,
    is_repeatable: bool,
    consistency: Option<Consistency>,
    timeout: Duration,
) -> Result<Rows, Error> {
    if is_batch {
        let mut batch = Batch::new(BatchType::Unlogged);
        batch.set_is_idempotent(is_repeatable);
        batch.set_request_timeout(Some(timeout));
        if let Some(consistency) = consistency {
            batch.set_consistency(consistency);
        }
        let mut values = Vec::with_capacity(calls.len());
        for call in calls {
            batch.append_statement(call.statement);
            values.push(RawRow(call.cells));
        }
        let result = driver.batch(&batch, values).await.map_err(|error| from_execution(error, !is_repeatable))?;
        return Rows::read(result);
    }
    let Some(Call { mut statement, cells }) = calls.into_iter().next() else {
        return Err(Error::new(Kind::Invalid, "the request has no statement"));
    };
    statement.set_is_idempotent(is_repeatable);
    statement.set_request_timeout(Some(timeout));
    if let Some(consistency) = consistency {
        statement.set_consistency(consistency);
    }
    let result = driver.execute_unpaged(&statement, RawRow(cells)).await;
    Rows::read(result.map_err(|error| from_execution(error, !is_repeatable))?)
}

/// One page of a repeatable call's rows: the first, or that behind a state.
pub async fn run_page(
    driver: Arc<Driver>,
    call: Call,
    page_rows: u32,
    state: Vec<u8>,
    timeout: Duration,
) -> Result<Rows, Error> {
    let Call { mut statement, cells } = call;
    statement.set_is_idempotent(true);
    statement.set_request_timeout(Some(timeout));
    statement.set_page_size(i32::try_from(page_rows).unwrap_or(i32::MAX));
    let state = if state.is_empty() { PagingState::start() } else { PagingState::new_from_raw_bytes(state) };
    let page = driver.execute_single_page(&statement, RawRow(cells), state).await;
    let (result, next) = page.map_err(|error| from_execution(error, false))?;
    let mut rows = Rows::read(result)?;
    if let PagingStateResponse::HasMorePages { state } = next {
        rows.paging_state = state.as_bytes_slice().map(|bytes| bytes.to_vec());
    }
    Ok(rows)
}

pub async fn run_text(driver: Arc<Driver>, cql: String, timeout: Duration) -> Result<Rows, Error> {
    let mut statement = Statement::new(cql);
    statement.set_request_timeout(Some(timeout));
    let result = driver.query_unpaged(statement, ()).await.map_err(|error| from_execution(error, false))?;
    Rows::read(result)
}
