// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The plot: the CPU time per request and the request rate, by the number of clients.

use std::error::Error;
use std::fmt::Display;
use std::path::Path;

use local_fortune_bench::table::{Row, Spread, Table};
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::rounds::LOADS;

/// A palette that is safe for colour blindness.
const COLOURS: [RGBColor; 4] = [
    RGBColor(0x99, 0x99, 0x99),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0x33, 0x33, 0x33),
];
const FONT: &str = "sans-serif";

/// Draws the table's first rows on a white background.
pub fn draw(table: &Table, file: &Path) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, (900, 380)).into_drawing_area();
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(450);
    let rows = |start: &str| -> Vec<&Row> {
        let found = table.rows.iter().filter(|row| row.title.starts_with(start));
        found.collect()
    };
    let cpu = "CPU per request, µs: less is better";
    bars(&left, cpu, &table.columns, &rows("CPU per request"))?;
    let rate = "Requests per second: more is better";
    bars(&right, rate, &table.columns, &rows("requests/s"))?;
    area.present()?;
    Ok(())
}

/// A group of bars for each number of clients, with the minimum and maximum of the rounds.
fn bars<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    caption: &str,
    names: &[String],
    rows: &[&Row],
) -> Result<(), Box<dyn Error>>
where
    DB::ErrorType: 'static,
{
    let spread = |row: &Row, column| row.spread(column).unwrap_or(NOTHING);
    let most = rows
        .iter()
        .flat_map(|row| (0..names.len()).map(|column| spread(row, column).max))
        .fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(caption, (FONT, 18))
        .margin(10)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..rows.len() as f64, 0.0..most * 1.6)?;
    let clients = |x: &f64| label(LOADS.get(*x as usize).filter(|_| x.fract() == 0.0));
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(0)
        .x_label_formatter(&clients)
        .y_label_style((FONT, 13))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .draw()?;
    let width = 0.8 / names.len() as f64;
    for (column, name) in names.iter().enumerate() {
        let colour = COLOURS[column % COLOURS.len()];
        let at = |group: usize| group as f64 + 0.1 + width * column as f64;
        chart
            .draw_series(rows.iter().enumerate().map(|(group, row)| {
                let corners = [
                    (at(group), 0.0),
                    (at(group) + 0.92 * width, spread(row, column).median),
                ];
                Rectangle::new(corners, colour.filled())
            }))?
            .label(name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 10, y + 5)], colour.filled()));
        chart.draw_series(rows.iter().enumerate().map(|(group, row)| {
            let Spread { min, max, .. } = spread(row, column);
            let middle = at(group) + 0.46 * width;
            PathElement::new([(middle, min), (middle, max)], BLACK.mix(0.7))
        }))?;
    }
    let style =
        TextStyle::from((FONT, 13).into_font()).pos(plotters::style::text_anchor::Pos::new(
            plotters::style::text_anchor::HPos::Center,
            plotters::style::text_anchor::VPos::Top,
        ));
    chart.draw_series(
        LOADS
            .iter()
            .take(rows.len())
            .enumerate()
            .map(|(group, load)| {
                let text = label(Some(load));
                EmptyElement::at((group as f64 + 0.5, 0.0)) + Text::new(text, (0, 8), style.clone())
            }),
    )?;
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperMiddle)
        .label_font((FONT, 13))
        .background_style(WHITE.mix(0.8))
        .draw()?;
    Ok(())
}

const NOTHING: Spread = Spread {
    median: 0.0,
    min: 0.0,
    max: 0.0,
};

fn label(clients: Option<&(impl Display + PartialEq<usize>)>) -> String {
    match clients {
        None => String::new(),
        Some(one) if *one == 1 => "1 client".to_owned(),
        Some(many) => format!("{many} clients"),
    }
}
