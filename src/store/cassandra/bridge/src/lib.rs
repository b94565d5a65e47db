//! The functions of bridge.h: each is a thin guard around the safe code of the other files.
//!
//! # Safety
//! Pointers are what bridge.h says: from this library and not freed yet, or to as many items as the size beside them.

#![allow(clippy::missing_safety_doc)] // said once, above

mod error;
mod request;
mod session;

use std::ffi::{c_char, CStr};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;

use error::{Error, Kind};
use request::{Call, Pending, Rows};
use scylla::statement::prepared::PreparedStatement;
use session::{Options, Session};

#[repr(C)]
pub struct BridgeOptions {
    contact_points: *const c_char,
    keyspace: *const c_char,
    data_centre: *const c_char,
    user: *const c_char,
    password: *const c_char,
    tls_authority: *const c_char,
    tls_certificate: *const c_char,
    tls_key: *const c_char,
    is_tls: i32,
    consistency: u16,
    serial_consistency: u16,
    connect_ms: u32,
    speculative_ms: u32,
    connections: u32,
}

#[repr(C)]
pub struct BridgeCell {
    data: *const u8,
    size: i64,
}

#[repr(C)]
pub struct BridgeCall {
    statement: *const PreparedStatement,
    cells: *const BridgeCell,
    cell_count: usize,
}

const NULL_CELL: BridgeCell = BridgeCell { data: ptr::null(), size: -1 };

fn view(bytes: &[u8]) -> BridgeCell {
    BridgeCell { data: bytes.as_ptr(), size: bytes.len() as i64 }
}

/// Runs the work; an error or a panic goes to `*error`, and the pointer is then null.
fn guard<T>(error: *mut *mut Error, work: impl FnOnce() -> Result<T, Error>) -> *mut T {
    let failure = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => return Box::into_raw(Box::new(value)),
        Ok(Err(failure)) => failure,
        Err(_) => Error::new(Kind::Internal, "the Cassandra driver panicked"),
    };
    if !error.is_null() {
        unsafe { *error = Box::into_raw(Box::new(failure)) };
    }
    ptr::null_mut()
}

fn free<T>(pointer: *mut T) {
    if pointer.is_null() {
        return;
    }
    // A panic while dropping leaks what is left; there is nobody to tell.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Box::from_raw(pointer) })));
}

unsafe fn text(pointer: *const c_char) -> Result<Option<String>, Error> {
    if pointer.is_null() {
        return Ok(None);
    }
    match CStr::from_ptr(pointer).to_str() {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(Error::new(Kind::Invalid, "an option is not UTF-8")),
    }
}

unsafe fn slice<'a, T>(data: *const T, size: usize) -> &'a [T] {
    if size == 0 {
        &[]
    } else {
        std::slice::from_raw_parts(data, size)
    }
}

unsafe fn cql_text<'a>(data: *const c_char, size: usize) -> Result<&'a str, Error> {
    std::str::from_utf8(slice(data.cast::<u8>(), size))
        .map_err(|_| Error::new(Kind::Invalid, "a statement is not UTF-8"))
}

unsafe fn copy_call(call: &BridgeCall) -> Call {
    let cells = slice(call.cells, call.cell_count).iter().map(|cell| match usize::try_from(cell.size) {
        Ok(size) => Some(slice(cell.data, size).to_vec()),
        Err(_) => None,
    });
    Call { statement: (*call.statement).clone(), cells: cells.collect() }
}

#[no_mangle]
pub unsafe extern "C" fn bridge_connect(options: *const BridgeOptions, error: *mut *mut Error) -> *mut Session {
    guard(error, || {
        let options = &*options;
        Session::connect(Options {
            contact_points: text(options.contact_points)?.unwrap_or_default(),
            keyspace: text(options.keyspace)?,
            data_centre: text(options.data_centre)?,
            user: text(options.user)?,
            password: text(options.password)?,
            tls_authority: text(options.tls_authority)?,
            tls_certificate: text(options.tls_certificate)?,
            tls_key: text(options.tls_key)?,
            is_tls: options.is_tls != 0,
            consistency: options.consistency,
            serial_consistency: options.serial_consistency,
            connect_ms: options.connect_ms,
            speculative_ms: options.speculative_ms,
            connections: options.connections,
        })
    })
}

#[no_mangle]
pub unsafe extern "C" fn bridge_close(session: *mut Session) {
    free(session);
}

#[no_mangle]
pub unsafe extern "C" fn bridge_prepare(
    session: *const Session,
    cql: *const c_char,
    size: usize,
    error: *mut *mut Error,
) -> *mut PreparedStatement {
    guard(error, || (*session).prepare(cql_text(cql, size)?))
}

#[no_mangle]
pub unsafe extern "C" fn bridge_statement_free(statement: *mut PreparedStatement) {
    free(statement);
}

#[no_mangle]
pub unsafe extern "C" fn bridge_send(
    session: *const Session,
    mode: i32,
    calls: *const BridgeCall,
    call_count: usize,
    is_repeatable: i32,
    consistency: u16,
    timeout_ms: u32,
    error: *mut *mut Error,
) -> *mut Pending {
    guard(error, || {
        let calls = slice(calls, call_count).iter().map(|call| copy_call(call)).collect();
        (*session).send(mode != 0, calls, is_repeatable != 0, consistency, timeout_ms)
    })
}

#[no_mangle]
pub unsafe extern "C" fn bridge_send_page(
    session: *const Session,
    call: *const BridgeCall,
    page_rows: u32,
    state: *const u8,
    state_size: usize,
    timeout_ms: u32,
    error: *mut *mut Error,
) -> *mut Pending {
    guard(error, || Ok((*session).send_page(copy_call(&*call), page_rows, slice(state, state_size), timeout_ms)))
}

#[no_mangle]
pub unsafe extern "C" fn bridge_send_text(
    session: *const Session,
    cql: *const c_char,
    size: usize,
    timeout_ms: u32,
    error: *mut *mut Error,
) -> *mut Pending {
    guard(error, || Ok((*session).send_text(cql_text(cql, size)?, timeout_ms)))
}

#[no_mangle]
pub unsafe extern "C" fn bridge_wait(request: *mut Pending, error: *mut *mut Error) -> *mut Rows {
    guard(error, || Box::from_raw(request).wait())
}

#[no_mangle]
pub unsafe extern "C" fn bridge_row_count(rows: *const Rows) -> usize {
    (*rows).row_count()
}

#[no_mangle]
pub unsafe extern "C" fn bridge_column_count(rows: *const Rows) -> usize {
    (*rows).names.len()
}

#[no_mangle]
pub unsafe extern "C" fn bridge_column_name(rows: *const Rows, column: usize) -> BridgeCell {
    match (&*rows).names.get(column) {
        Some(name) => view(name.as_bytes()),
        None => NULL_CELL,
    }
}

#[no_mangle]
pub unsafe extern "C" fn bridge_cell(rows: *const Rows, row: usize, column: usize) -> BridgeCell {
    match (&*rows).cell(row, column) {
        Some(bytes) => view(bytes),
        None => NULL_CELL,
    }
}

#[no_mangle]
pub unsafe extern "C" fn bridge_paging_state(rows: *const Rows) -> BridgeCell {
    match &(*rows).paging_state {
        Some(state) => view(state),
        None => NULL_CELL,
    }
}

#[no_mangle]
pub unsafe extern "C" fn bridge_rows_free(rows: *mut Rows) {
    free(rows);
}

#[no_mangle]
pub unsafe extern "C" fn bridge_error_kind(error: *const Error) -> i32 {
    (*error).kind as i32
}

#[no_mangle]
pub unsafe extern "C" fn bridge_error_message(error: *const Error) -> BridgeCell {
    view((&*error).message.as_bytes())
}

#[no_mangle]
pub unsafe extern "C" fn bridge_error_free(error: *mut Error) {
    free(error);
}
