// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What was measured, as tables: a row for each figure, a column for each program.

use serde::Serialize;

/// What a figure should be.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Target {
    /// At the most this part of the first column's.
    RatioAtMost(f64),
    /// At least so many times the first column's.
    RatioAtLeast(f64),
    /// At the most this, whatever the others have.
    AtMost(f64),
}

/// Everything of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// Over the titles of the rows.
    pub title: &'static str,
    /// Whom the columns are for.
    pub columns: Vec<String>,
    /// The figures.
    pub rows: Vec<Row>,
}

/// A figure of every program, from each round.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What it is, with its unit.
    pub title: String,
    /// Digits behind the point.
    pub digits: usize,
    /// The column that the target is for, and the target.
    pub target: Option<(usize, Target)>,
    /// The rounds of each column; none where it could not be measured.
    pub rounds: Vec<Vec<f64>>,
}

/// A figure's middle and bounds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    /// The one in the middle.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
}

impl Spread {
    /// Of these values; `None` if there are none.
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
    /// Of a column.
    pub fn spread(&self, column: usize) -> Option<Spread> {
        Spread::of(self.rounds.get(column)?.clone())
    }

    /// To the first column, round by round: what slows the machine down, slows both.
    pub fn ratio(&self, column: usize) -> Option<Spread> {
        let (first, this) = (self.rounds.first()?, self.rounds.get(column)?);
        let ratios = first.iter().zip(this).filter(|&(&first, _)| first != 0.0);
        Spread::of(ratios.map(|(first, this)| this / first).collect())
    }

    /// The target and whether it is met.
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

    /// Adds a row for the rounds to come, and returns its number.
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

    /// Adds what a round measured.
    pub fn push(&mut self, row: usize, column: usize, value: f64) {
        self.rows[row].rounds[column].push(value);
    }

    /// As Markdown, in columns as wide as they have to be, so that it can be read as it is too.
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
