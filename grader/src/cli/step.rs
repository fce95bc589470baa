//! `grade replay --step`: walks through the interleaving in the terminal, with the source beside it.

use std::io::IsTerminal as _;

use protocol::Failure;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph, Widget, Wrap};

use crate::lab::LabError;
use crate::report::picture::walk::{State, Walk};
use crate::report::picture::{Sources, diagnosis};
use crate::report::text::clean;

const COLOURS: [Color; 6] = [Color::Cyan, Color::Yellow, Color::Green, Color::Magenta, Color::Blue, Color::Red];
const KEYS: &str = "→ n next  ← p back  s S switch  Home End  q quit";

/// Says so if there is no terminal to walk in.
pub fn check() -> Result<(), LabError> {
    if std::io::stdout().is_terminal() && std::io::stdin().is_terminal() {
        return Ok(());
    }
    Err(LabError::Usage("--step needs a terminal; without it the whole picture is printed".into()))
}

/// Shows the failure until a person quits.
pub fn run(failure: &Failure, sources: &Sources) -> Result<(), LabError> {
    let Some(mut walk) = Walk::new(failure, sources) else {
        return Err(LabError::Usage("this finding has no interleaving to walk through".into()));
    };
    let said = diagnosis(failure, sources);
    let mut terminal = ratatui::try_init().map_err(failed)?;
    let ended = (|| {
        loop {
            terminal.draw(|frame| draw(&walk, sources, &said, frame.area(), frame.buffer_mut()))?;
            if let Event::Key(key) = event::read()?
                && key.kind != KeyEventKind::Release
                && !press(&mut walk, key)
            {
                return Ok(());
            }
        }
    })();
    ratatui::restore();
    ended.map_err(failed)
}

fn failed(error: std::io::Error) -> LabError {
    LabError::Grader(format!("the terminal: {error}"))
}

/// Does what a key says. False: quit.
fn press(walk: &mut Walk<'_>, key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return false,
        KeyCode::Char('q') | KeyCode::Esc => return false,
        KeyCode::Right | KeyCode::Down | KeyCode::Char('n' | 'j' | ' ') | KeyCode::Enter => walk.by(1),
        KeyCode::Left | KeyCode::Up | KeyCode::Char('p' | 'k') | KeyCode::Backspace => walk.by(-1),
        KeyCode::PageDown => walk.by(10),
        KeyCode::PageUp => walk.by(-10),
        KeyCode::Char('s') | KeyCode::Tab => walk.next_switch(),
        KeyCode::Char('S') | KeyCode::BackTab => walk.previous_switch(),
        KeyCode::Home | KeyCode::Char('g') => walk.go(0),
        KeyCode::End | KeyCode::Char('G') => walk.go(usize::MAX),
        _ => {}
    }
    true
}

fn colour(thread: usize) -> Style {
    Style::new().fg(COLOURS[thread % COLOURS.len()])
}

fn draw(walk: &Walk<'_>, sources: &Sources, said: &str, area: Rect, buffer: &mut Buffer) {
    let [main, bottom] = Layout::vertical([Constraint::Min(5), Constraint::Length(7)]).areas(area);
    // Beside each other where there is room, else one above the other.
    let [left, right] = if main.width >= 90 {
        Layout::horizontal([Constraint::Percentage(55), Constraint::Percentage(45)]).areas(main)
    } else {
        Layout::vertical([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(main)
    };
    let state = walk.state();
    source(walk, sources, &state, left, buffer);
    steps(walk, right, buffer);
    status(walk, &state, said, bottom, buffer);
}

/// The file of the present step, with each thread's last line marked.
fn source(walk: &Walk<'_>, sources: &Sources, state: &State, area: Rect, buffer: &mut Buffer) {
    let place = walk.step().place.as_ref().or_else(|| state.places.get(&walk.step().thread));
    let title = place.map_or_else(|| " source ".to_string(), |p| format!(" {} ", clean(&p.file)));
    let block = Block::new().borders(Borders::ALL).title(title);
    let inner = block.inner(area);
    block.render(area, buffer);
    let Some(place) = place else { return };
    let height = u32::from(inner.height.max(1));
    let first = place.line.saturating_sub(height / 2).max(1);
    let lines: Vec<Line<'_>> = (first..first + height)
        .map(|number| {
            let text = sources.line(&place.file, number).map(clean);
            let current = number == place.line;
            let mut spans = vec![Span::styled(
                if current { "▶" } else { " " },
                colour(walk.step().thread).add_modifier(Modifier::BOLD),
            )];
            let Some(text) = text else { return Line::from("") };
            spans.push(Span::styled(format!("{number:>4} "), Style::new().add_modifier(Modifier::DIM)));
            let style = if current { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
            spans.push(Span::styled(text, style));
            Line::from(spans)
        })
        .collect();
    Paragraph::new(lines).render(inner, buffer);
    // Who stands where: at the right edge, over the end of a long line.
    for y in 0..inner.height {
        let number = first + u32::from(y);
        let here = state.places.iter().filter(|(_, p)| p.file == place.file && p.line == number);
        let marks: Vec<Span<'_>> =
            here.map(|(t, _)| Span::styled(format!(" ◀ {}", walk.thread(*t)), colour(*t))).collect();
        let marks = Line::from(marks);
        let width = u16::try_from(marks.width()).unwrap_or(u16::MAX).min(inner.width);
        buffer.set_line(inner.right() - width, inner.y + y, &marks, width);
    }
}

/// The steps, with the present one in the middle.
fn steps(walk: &Walk<'_>, area: Rect, buffer: &mut Buffer) {
    let block = Block::new().borders(Borders::ALL).title(format!(" step {} of {} ", walk.at() + 1, walk.steps().len()));
    let inner = block.inner(area);
    block.render(area, buffer);
    let mut lines = Vec::new();
    let mut present = 0;
    for (i, step) in walk.steps().iter().enumerate() {
        if let Some(switch) = &step.switch {
            let style =
                if step.preempted { Style::new().fg(Color::Yellow) } else { Style::new().add_modifier(Modifier::DIM) };
            lines.push(Line::styled(format!("── {switch}"), style));
        }
        let mark = if i == walk.at() { "▶ " } else { "  " };
        let style =
            if i == walk.at() { colour(step.thread).add_modifier(Modifier::REVERSED) } else { colour(step.thread) };
        if i == walk.at() {
            present = lines.len();
        }
        let line = step.place.as_ref().map(|p| format!("{} ", p.line)).unwrap_or_default();
        lines.push(Line::from(vec![
            Span::styled(format!("{mark}{}: ", walk.thread(step.thread)), style),
            Span::styled(format!("{line}{}", step.op), style),
        ]));
    }
    let height = usize::from(inner.height.max(1));
    let from = present.saturating_sub(height / 2).min(lines.len().saturating_sub(height));
    let shown: Vec<Line<'_>> = lines.into_iter().skip(from).take(height).collect();
    Paragraph::new(shown).render(inner, buffer);
}

/// What is true now; at the last step the diagnosis.
fn status(walk: &Walk<'_>, state: &State, said: &str, area: Rect, buffer: &mut Buffer) {
    let block = Block::new().borders(Borders::ALL).title(" after this step ").title_bottom(KEYS);
    let mut lines = Vec::new();
    let step = walk.step();
    if let Some(switch) = &step.switch {
        lines.push(Line::from(switch.clone()));
    }
    if walk.at() + 1 == walk.steps().len() {
        lines.push(Line::styled(said.to_string(), Style::new().fg(Color::Red)));
    } else {
        let locks: Vec<String> = state.locks.iter().map(|(lock, who)| format!("{lock} held by {who}")).collect();
        let values: Vec<String> = state.values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let nothing = |list: Vec<String>| if list.is_empty() { "none".to_string() } else { list.join(", ") };
        lines.push(Line::from(format!("locks: {}", nothing(locks))));
        lines.push(Line::from(format!("atomics: {}", nothing(values))));
    }
    Paragraph::new(lines).wrap(Wrap { trim: true }).block(block).render(area, buffer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::picture::tests::{hostile, lost_update};

    fn screen(walk: &Walk<'_>, sources: &Sources, said: &str, width: u16, height: u16) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        draw(walk, sources, said, area, &mut buffer);
        let row = |y: u16| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_string();
        (0..height).map(row).collect::<Vec<_>>().join("\n")
    }

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn keys_walk_forwards_and_backwards() {
        let (failure, sources) = lost_update();
        let mut walk = Walk::new(&failure, &sources).unwrap();
        let said = diagnosis(&failure, &sources);
        let start = screen(&walk, &sources, &said, 110, 24);
        assert!(press(&mut walk, key(KeyCode::Char('s'))));
        assert!(press(&mut walk, key(KeyCode::Char('s'))));
        let middle = screen(&walk, &sources, &said, 110, 24);
        assert!(middle.contains("worker-1 is preempted; worker-2 goes on"), "{middle}");
        assert!(middle.contains("▶   9         let balance = "), "{middle}");
        assert!(middle.contains(" ◀ worker-1 ◀ worker-2"), "{middle}");
        assert!(press(&mut walk, key(KeyCode::End)));
        let end = screen(&walk, &sources, &said, 110, 24);
        assert!(end.contains("that change is overwritten"), "{end}");
        assert!(press(&mut walk, key(KeyCode::Home)));
        assert_eq!(screen(&walk, &sources, &said, 110, 24), start);
        assert!(!press(&mut walk, key(KeyCode::Char('q'))));
        assert!(!press(&mut walk, KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
    }

    #[test]
    fn any_size_and_any_text_can_be_drawn() {
        let (failure, sources) = hostile();
        let mut walk = Walk::new(&failure, &sources).unwrap();
        for (width, height) in [(1, 1), (20, 5), (80, 24), (200, 60)] {
            for at in 0..walk.steps().len() {
                walk.go(at);
                let text = screen(&walk, &sources, "said", width, height);
                assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
            }
        }
    }
}
