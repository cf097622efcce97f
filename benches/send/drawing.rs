//! What was measured, as a drawing.

use std::fmt::Write;

/// A workload: its letter, and each peer's time by FLOOR's.
pub(crate) struct Group {
    pub(crate) letter: String,
    pub(crate) bars: Vec<(&'static str, f64)>,
}

const BAR: usize = 12;
const GAP: usize = 22;
const LEFT: usize = 170;
/// Each step of the scale is ten times the one before, and this long.
const DECADE: f64 = 160.0;

/// A bar a peer, in SVG.
pub(crate) fn of(groups: &[Group]) -> String {
    let bars: usize = groups.iter().map(|group| group.bars.len()).sum();
    let height = BAR * bars + GAP * groups.len() + 30;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"12\">time by that of FLOOR, each length of {DECADE} ten times as much</text>\n"
    );
    let mut y = 24;
    for Group { letter, bars } in groups {
        writeln!(
            svg,
            "<text x=\"8\" y=\"{}\" font-size=\"14\">{letter}</text>",
            y + BAR
        )
        .unwrap();
        for (peer, ratio) in bars {
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
                 <text x=\"{:.1}\" y=\"{}\">{ratio:.2}</text>",
                LEFT - 6,
                y + BAR - 3,
                BAR - 2,
                LEFT as f64 + width + 4.0,
                y + BAR - 3,
            )
            .unwrap();
            y += BAR;
        }
        y += GAP;
    }
    svg + "</svg>\n"
}
