// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Answers each line from a tokio task, while Qt's event loop runs in the main thread:
//!
//!     tokio [NAME]
//!
//! The answer is the line in upper case, after a pause in place of an asynchronous request. Answers
//! are sent in the order in which they are ready.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_lib::QCoreApplication;
use cxx_qt_network::{
    QBox, QCoreApplicationExt, QIODeviceExt, QLocalServer, QLocalSocket, QLocalSocketState,
};
use tokio::runtime::Runtime;

/// The longest line, in bytes. A client that sends a longer one gets no more answers.
const LIMIT: usize = 4096;

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let name = env::args().nth(1).unwrap_or_else(|| "tokio".into());
    match serve(&name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tokio: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(name: &str) -> Result<(), Box<dyn Error>> {
    let application = QCoreApplication::new();
    let runtime = Runtime::new()?;
    let server = QLocalServer::new();
    server.listen_exclusive(name)?;
    writeln!(io::stdout(), "listening on {}", server.full_server_name())?;
    let mut clients: Vec<QBox<QLocalSocket>> = Vec::new();
    server.on_new_connection(move |server| {
        clients.retain(|client| client.state() != QLocalSocketState::UnconnectedState);
        while let Some(client) = server.next_pending_connection() {
            client.set_read_buffer_size(Some(LIMIT));
            let (handle, tasks) = (client.thread_handle(), runtime.handle().clone());
            let read = move |client: &QLocalSocket| {
                while client.can_read_line()
                    && let Ok(line) = client.read_line(None)
                {
                    let (handle, line) = (handle.clone(), line.as_slice().to_vec());
                    tasks.spawn(async move {
                        let answer = answer(line).await;
                        // Runs in the main thread, unless the client has disconnected.
                        let _ = handle.queue(move |client| {
                            let _ = client.write(&answer);
                        });
                    });
                }
            };
            read(&client);
            client.on_ready_read(read);
            clients.push(client);
        }
    });
    application.exec();
    Ok(())
}

async fn answer(line: Vec<u8>) -> Vec<u8> {
    tokio::time::sleep(Duration::from_millis(10)).await;
    line.to_ascii_uppercase()
}
