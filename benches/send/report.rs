//! What was measured, as tables.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::counts::Counts;
use super::crowd::CROWD;
use super::drawing::{self, Group};
use super::programs::Cost;
use super::workload::Workload;

/// Between these lines of `docs/performance.md` stands the summary.
const BEGIN: &str = "<!-- Made by `cargo bench --bench send`: do not edit from here -->\n";
const END: &str = "<!-- to here -->\n";

/// All tables, and what the drawing is made of.
pub(crate) struct Report {
    peers: Vec<&'static str>,
    tables: String,
    summary: String,
    after_summary: String,
    groups: Vec<Group>,
}

/// The figure in the middle, the least and the most.
fn median(costs: &[Cost], of: impl Fn(&Cost) -> f64) -> (f64, f64, f64) {
    let mut figures: Vec<f64> = costs.iter().map(of).collect();
    figures.sort_by(f64::total_cmp);
    let last = figures.len() - 1;
    (figures[figures.len() / 2], figures[0], figures[last])
}

/// A quarter is below the first of them, half below the second, a quarter above the third.
fn quartiles(figures: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| figures[figures.len() * quarter / 4])
}

impl Report {
    pub(crate) fn new(peers: Vec<&'static str>) -> Self {
        let others = peers[2..].join(" | ");
        let columns = "---:|".repeat(peers.len() - 2);
        Self {
            summary: format!(
                "| | FLOOR | simplemapi | goal | its CPU | its memory, MB | FLOOR's | {others} |\n\
                 |---|---:|---:|---:|---:|---:|---:|{columns}\n"
            ),
            peers,
            tables: String::new(),
            after_summary: String::new(),
            groups: Vec::new(),
        }
    }

    /// Adds a workload, of which FLOOR is the first peer and ours the second, and returns its table.
    pub(crate) fn add(&mut self, workload: &Workload, costs: &[Vec<Cost>]) -> String {
        let Workload { title, figure, .. } = workload;
        let wall = |costs: &[Cost]| median(costs, |cost| figure.of(cost));
        let cpu = |costs: &[Cost]| median(costs, |cost| cost.cpu_ms).0;
        let memory = |costs: &[Cost]| median(costs, |cost| cost.memory_mb).0;
        let (floor, floor_cpu) = (wall(&costs[0]).0, cpu(&costs[0]));
        let mut table = format!(
            "## {title}\n\n| | {} | least to most | by FLOOR | CPU by FLOOR | memory, MB |\n|---|---:|---:|---:|---:|---:|\n",
            figure.unit()
        );
        let mut bars = Vec::new();
        for (peer, costs) in self.peers.iter().zip(costs) {
            let (time, least, most) = wall(costs);
            writeln!(
                table,
                "| {peer} | {time:.3} | {least:.3} to {most:.3} | {:.2} | {:.2} | {:.1} |",
                time / floor,
                cpu(costs) / floor_cpu,
                memory(costs),
            )
            .unwrap();
            bars.push((*peer, time / floor));
        }
        table.push('\n');
        self.tables += &table;

        let others = self.peers[2..].iter().enumerate();
        let others: Vec<_> = others
            .map(|(at, _)| {
                bars.get(at + 2)
                    .map_or("".into(), |bar| format!("{:.1}", bar.1))
            })
            .collect();
        writeln!(
            self.summary,
            "| {title} | {floor:.3} {} | {:.2} | {} | {:.2} | {:.1} | {:.1} | {} |",
            figure.unit(),
            bars[1].1,
            workload.goal,
            cpu(&costs[1]) / floor_cpu,
            memory(&costs[1]),
            memory(&costs[0]),
            others.join(" | ")
        )
        .unwrap();
        let letter = title.split(':').next().unwrap_or(title).to_owned();
        self.groups.push(Group { letter, bars });
        table
    }

    /// Adds threads that send at the same time, after one that sends alone.
    pub(crate) fn add_threads(&mut self, ways: &[(&'static str, Vec<Cost>)]) -> String {
        let throughput = |costs: &[Cost]| median(costs, |cost| 1e3 / cost.wall_ms);
        let (alone, ..) = throughput(&ways[0].1);
        let mut table = "## T: threads of one program that send small messages\n\n\
             | | messages a second | least to most | by one thread |\n|---|---:|---:|---:|\n"
            .to_owned();
        for (name, costs) in ways {
            let (most_often, least, most) = throughput(costs);
            writeln!(
                table,
                "| {name} | {most_often:.0} | {least:.0} to {most:.0} | {:.2} |",
                most_often / alone
            )
            .unwrap();
        }
        self.keep(table)
    }

    /// Adds what was measured on a busy machine, FLOOR's costs first and then ours: each round by itself, as
    /// no two had the same to share.
    pub(crate) fn add_busy(&mut self, measured: &[(Workload, Vec<Vec<Cost>>)]) -> String {
        let mut table = format!(
            "## On a machine with {CROWD} times the work that it has processors for\n\n\
             | | by FLOOR | a quarter below, above | CPU by FLOOR | a quarter below, above |\n\
             |---|---:|---:|---:|---:|\n"
        );
        for (Workload { title, figure, .. }, costs) in measured {
            let rounds = || costs[0].iter().zip(&costs[1]);
            let wall = quartiles(rounds().map(|(floor, ours)| figure.of(ours) / figure.of(floor)));
            let cpu = quartiles(rounds().map(|(floor, ours)| ours.cpu_ms / floor.cpu_ms));
            writeln!(
                table,
                "| {title} | {:.2} | {:.2}, {:.2} | {:.2} | {:.2}, {:.2} |",
                wall[1], wall[0], wall[2], cpu[1], cpu[0], cpu[2]
            )
            .unwrap();
        }
        self.keep(table)
    }

    /// Adds what does not depend on the machine.
    pub(crate) fn add_counts(&mut self, counted: &[Counts]) -> String {
        let shown = |count: Option<f64>| {
            count.map_or("not counted".to_owned(), |count| format!("{count:.0}"))
        };
        let mut table = "## Counts: one small message more over a connection that is there\n\n\
             | | round trips | instructions | system calls |\n|---|---:|---:|---:|\n"
            .to_owned();
        for Counts {
            name,
            round_trips,
            instructions,
            system_calls,
        } in counted
        {
            writeln!(
                table,
                "| {name} | {round_trips:.1} | {} | {} |",
                shown(*instructions),
                shown(*system_calls)
            )
            .unwrap();
        }
        self.keep(table)
    }

    /// Keeps a table for both pages.
    fn keep(&mut self, table: String) -> String {
        self.tables += &table;
        self.tables.push('\n');
        let table = table.replacen("## ", "", 1);
        let (title, rows) = table.split_once("\n\n").unwrap();
        self.after_summary += &format!("\n{title}:\n\n{rows}");
        table
    }

    /// Writes the page, its drawing and the summary.
    pub(crate) fn write(&self) {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        let page = format!(
            "# What it costs to send\n\nMade by `cargo bench --bench send` (`make bench`), on the machine and at the time of the last run; do not\n\
             edit. Each peer sends the same messages to the same server on this machine, in turn, as often as the page about\n\
             [what it costs](performance.md#sending) says; the figures are medians. FLOOR uses no library of mail at all:\n\
             it is what the protocol and the machine cost, and over TLS what rustls costs.\n\n\
             Made on {}.\n\n![Time by FLOOR](sending.svg)\n\n{}",
            machine(),
            self.tables
        );
        fs::write(docs.join("sending.md"), page.trim_end().to_owned() + "\n").unwrap();
        fs::write(docs.join("sending.svg"), drawing::of(&self.groups)).unwrap();
        let performance = docs.join("performance.md");
        let text = fs::read_to_string(&performance).unwrap();
        let (before, rest) = text.split_once(BEGIN).expect("where the summary begins");
        let (_, after) = rest.split_once(END).expect("where the summary ends");
        let summary = format!(
            "{before}{BEGIN}\nMade on {}.\n\n![Time by FLOOR, on a scale of powers of ten](sending.svg)\n\n{}{}\n{END}{after}",
            machine(),
            self.summary,
            self.after_summary
        );
        fs::write(performance, summary).unwrap();
    }
}

/// What it was measured on.
fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("a processor without a name", |name| {
            name.trim_start_matches([' ', '\t', ':'])
        });
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    format!(
        "{count} processors ({model}), Linux {}, with a load of {} at the end",
        read("/proc/sys/kernel/osrelease").trim(),
        load.split(' ').next().unwrap_or_default()
    )
}
