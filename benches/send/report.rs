//! What was measured, as a table and as a drawing.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::programs::Cost;

/// What of a run is compared.
#[derive(Clone, Copy)]
pub(crate) enum Figure {
    /// The time of a message.
    Wall,
    /// The time of the whole process.
    Process,
    /// The time of a message, in round trips.
    RoundTrips(Duration),
}

impl Figure {
    fn of(self, cost: &Cost) -> f64 {
        match self {
            Self::Wall => cost.wall_ms,
            Self::Process => cost.process_ms,
            Self::RoundTrips(span) => cost.wall_ms / (span.as_secs_f64() * 1e3),
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::Wall => "ms a message",
            Self::Process => "ms",
            Self::RoundTrips(_) => "round trips a message",
        }
    }
}

/// All tables, and what the drawing is made of.
pub(crate) struct Report {
    peers: Vec<&'static str>,
    tables: String,
    /// Of each workload: its letter and every peer's ratio to FLOOR.
    ratios: Vec<(String, Vec<f64>)>,
}

impl Report {
    pub(crate) fn new(peers: Vec<&'static str>) -> Self {
        Self {
            peers,
            tables: String::new(),
            ratios: Vec::new(),
        }
    }

    /// Adds a workload, the first peer of which is FLOOR, and returns its table.
    pub(crate) fn add(&mut self, title: &str, figure: Figure, costs: &[Vec<Cost>]) -> String {
        let median_of = |costs: &[Cost], of: &dyn Fn(&Cost) -> f64| {
            let mut figures: Vec<f64> = costs.iter().map(of).collect();
            figures.sort_by(f64::total_cmp);
            (
                figures[figures.len() / 2],
                figures[0],
                figures[figures.len() - 1],
            )
        };
        let wall = |costs: &[Cost]| median_of(costs, &|cost| figure.of(cost));
        let cpu = |costs: &[Cost]| median_of(costs, &|cost| cost.cpu_ms).0;
        let memory = |costs: &[Cost]| median_of(costs, &|cost| cost.memory_mb).0;
        let (floor, ..) = wall(&costs[0]);
        let floor_cpu = cpu(&costs[0]);
        let mut table = format!(
            "## {title}\n\n| | {} | least to most | by FLOOR | CPU by FLOOR | memory, MB |\n|---|---:|---:|---:|---:|---:|\n",
            figure.unit()
        );
        let mut ratios = Vec::new();
        for (peer, costs) in self.peers.iter().zip(costs) {
            let (median, least, most) = wall(costs);
            writeln!(
                table,
                "| {peer} | {median:.3} | {least:.3} to {most:.3} | {:.2} | {:.2} | {:.1} |",
                median / floor,
                cpu(costs) / floor_cpu,
                memory(costs),
            )
            .unwrap();
            ratios.push(median / floor);
        }
        table.push('\n');
        self.tables += &table;
        let letter = title.split(':').next().unwrap_or(title).to_owned();
        self.ratios.push((letter, ratios));
        table
    }

    /// Writes the page and its drawing.
    pub(crate) fn write(&self) {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        let page = format!(
            "# What it costs to send\n\nMade by `cargo bench --bench send` (`make bench`), on the machine and at the time of the last run; do not\n\
             edit. Each peer sends the same messages to the same server on this machine, in turn, five times and more; the\n\
             figures are medians. FLOOR uses no library at all: it is what the protocol and the machine cost.\n\
             [What follows from it](performance.md#sending).\n\n![Time by FLOOR](sending.svg)\n\n{}",
            self.tables
        );
        fs::write(docs.join("sending.md"), page.trim_end().to_owned() + "\n").unwrap();
        fs::write(docs.join("sending.svg"), self.drawing()).unwrap();
    }

    /// A bar a peer, on a scale on which each step is ten times the one before.
    fn drawing(&self) -> String {
        const BAR: usize = 12;
        const DECADE: f64 = 160.0;
        const LEFT: usize = 170;
        let group = BAR * self.peers.len() + 22;
        let height = group * self.ratios.len() + 30;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        );
        for (index, (letter, ratios)) in self.ratios.iter().enumerate() {
            let top = group * index + 20;
            writeln!(
                svg,
                "<text x=\"8\" y=\"{}\" font-size=\"14\">{letter}</text>",
                top + BAR
            )
            .unwrap();
            for (row, (peer, ratio)) in self.peers.iter().zip(ratios).enumerate() {
                let y = top + BAR * row;
                let colour = if *peer == "simplemapi" {
                    "#1c71d8"
                } else {
                    "#9a9996"
                };
                let width = ratio.max(1.0).log10() * DECADE + 2.0;
                writeln!(
                    svg,
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{peer}</text>\
                     <rect x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\" fill=\"{colour}\"/>\
                     <text x=\"{:.1}\" y=\"{}\">{ratio:.1}</text>",
                    LEFT - 6,
                    y + BAR - 3,
                    BAR - 2,
                    LEFT as f64 + width + 4.0,
                    y + BAR - 3,
                )
                .unwrap();
            }
        }
        svg + "</svg>\n"
    }
}
