// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Tables of measurements: a row for each figure, a column for each program.

use serde::Serialize;

/// The target of a figure.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Target {
    /// The maximum ratio to the first column.
    RatioAtMost(f64),
    /// The minimum ratio to the first column.
    RatioAtLeast(f64),
    /// The maximum of the figure itself.
    AtMost(f64),
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// The heading of the row titles.
    pub title: &'static str,
    /// The names of the programs.
    pub columns: Vec<String>,
    /// The figures.
    pub rows: Vec<Row>,
}

/// The values of a figure for each program and round.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The name of the figure, with its unit.
    pub title: String,
    /// The number of decimal places.
    pub digits: usize,
    /// The column of the target, and the target.
    pub target: Option<(usize, Target)>,
    /// The values of each column by round; empty if it could not be measured.
    pub rounds: Vec<Vec<f64>>,
}

/// Median and range of a figure.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The minimum.
    pub min: f64,
    /// The maximum.
    pub max: f64,
}

impl Spread {
    /// Computes it from values; `None` if there are none.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (&min, &max) = (values.first()?, values.last()?);
        let (low, high) = ((values.len() - 1) / 2, values.len() / 2);
        Some(Self {
            median: (values[low] + values[high]) / 2.0,
            min,
            max,
        })
    }
}

impl Row {
    /// The spread of a column.
    pub fn spread(&self, column: usize) -> Option<Spread> {
        Spread::of(self.rounds.get(column)?.clone())
    }

    /// The spread of the ratios to the first column, computed per round: other load on the machine
    /// affects both.
    pub fn ratio(&self, column: usize) -> Option<Spread> {
        let (first, this) = (self.rounds.first()?, self.rounds.get(column)?);
        let ratios = first.iter().zip(this).filter(|&(&first, _)| first != 0.0);
        Spread::of(ratios.map(|(first, this)| this / first).collect())
    }

    /// The text of the target, and whether it is met.
    pub fn verdict(&self) -> Option<(String, bool)> {
        let (column, target) = self.target?;
        Some(match target {
            Target::RatioAtMost(most) => {
                let it = self.ratio(column)?.median;
                (format!("≤ {most:.2}"), it <= most)
            }
            Target::RatioAtLeast(least) => {
                let it = self.ratio(column)?.median;
                (format!("≥ {least:.1}"), it >= least)
            }
            Target::AtMost(most) => {
                let it = self.spread(column)?.max;
                (format!("at most {most}"), it <= most)
            }
        })
    }

    fn cell(&self, column: usize) -> String {
        let Some(it) = self.spread(column) else {
            return "-".to_owned();
        };
        let digits = self.digits;
        let mut cell = format!("{:.digits$}", it.median);
        let has_bounds = self.rounds[column].len() > 1;
        match self.ratio(column) {
            Some(Spread { median, min, max }) if column > 0 => {
                cell += &format!(" = {median:.2}");
                if has_bounds {
                    cell += &format!(" [{min:.2}..{max:.2}]");
                }
            }
            _ if has_bounds => cell += &format!(" [{:.digits$}..{:.digits$}]", it.min, it.max),
            _ => {}
        }
        cell
    }
}

impl Table {
    /// A table without rows.
    pub fn new(title: &'static str, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            title,
            columns: columns.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds an empty row and returns its index.
    pub fn row(
        &mut self,
        title: impl Into<String>,
        digits: usize,
        target: Option<(usize, Target)>,
    ) -> usize {
        self.rows.push(Row {
            title: title.into(),
            digits,
            target,
            rounds: vec![Vec::new(); self.columns.len()],
        });
        self.rows.len() - 1
    }

    /// Adds the value of a round.
    pub fn push(&mut self, row: usize, column: usize, value: f64) {
        self.rows[row].rounds[column].push(value);
    }

    /// Formats the table as Markdown with aligned columns.
    pub fn markdown(&self) -> String {
        let has_targets = self.rows.iter().any(|row| row.target.is_some());
        let mut lines = vec![vec![self.title.to_owned()]];
        lines[0].extend(self.columns.iter().cloned());
        lines[0].extend(has_targets.then(|| "target".to_owned()));
        for row in &self.rows {
            let mut line = vec![row.title.clone()];
            line.extend((0..self.columns.len()).map(|column| row.cell(column)));
            line.extend(has_targets.then(|| match row.verdict() {
                Some((target, true)) => format!("{target}: met"),
                Some((target, false)) => format!("{target}: **missed**"),
                None => String::new(),
            }));
            lines.push(line);
        }
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
        let widths: Vec<usize> = (0..lines[0].len()).filter_map(width).collect();
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        lines.insert(1, rule);
        let mut markdown = String::new();
        for line in lines {
            for (cell, width) in line.iter().zip(&widths) {
                markdown += &format!("| {cell:<width$} ");
            }
            markdown += "|\n";
        }
        markdown
    }
}
