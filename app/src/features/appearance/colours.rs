//! The colours that are made of an accent, each light or dark enough to be read.

use palette::color_difference::Wcag21RelativeContrast;
use palette::{FromColor, Mix, Oklch, Srgb};

/// The accent of `style/tokens.css`.
pub const DEFAULT_ACCENT: &str = "#a3151b";
/// The least contrast of text with what is behind it (WCAG 2.2 AA asks for 4.5), with room for rounding.
const CONTRAST: f32 = 4.6;

/// The backgrounds of `style/tokens.css` that text in the accent stands on: the darkest of the light ones, and the
/// lightest of the dark ones.
const LIGHT_SHADE: (u8, u8, u8) = (0xef, 0xec, 0xe4);
const LIGHT_PAPER: (u8, u8, u8) = (0xfb, 0xfa, 0xf6);
const DARK_SHADE: (u8, u8, u8) = (0x2a, 0x28, 0x23);
const DARK_CARD: (u8, u8, u8) = (0x20, 0x1f, 0x1b);
const WHITE: (u8, u8, u8) = (0xff, 0xff, 0xff);

fn colour((red, green, blue): (u8, u8, u8)) -> Srgb {
    Srgb::new(red, green, blue).into_format()
}

/// Reads a colour: `#a3151b`.
fn parse(accent: &str) -> Option<Srgb> {
    let digits = accent.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let is_lower = digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    let value = u32::from_str_radix(digits, 16).ok().filter(|_| is_lower)?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some(colour((red, green, blue)))
}

/// Whether a text is a colour as it is stored.
pub fn is_accent(text: &str) -> bool {
    parse(text).is_some()
}

/// The same hue, as much darker or lighter as it takes to stand out from every one of these colours.
fn adjust(accent: Srgb, others: &[Srgb], step: f32) -> Srgb {
    let mut tone = Oklch::from_color(accent.into_linear());
    loop {
        let shown = rounded(Srgb::from_linear(palette::LinSrgb::from_color(tone)));
        let is_clear = others.iter().all(|other| shown.relative_contrast(*other) >= CONTRAST);
        if is_clear || !(0.0..=1.0).contains(&tone.l) {
            return shown;
        }
        tone.l += step;
        // a hue that is pushed far has no room for its whole chroma
        tone.chroma *= 0.995;
    }
}

/// The colour as screens show it.
fn rounded(colour: Srgb) -> Srgb {
    colour.into_format::<u8>().into_format()
}

fn hex(colour: Srgb) -> String {
    let shown = colour.into_format::<u8>();
    format!("#{:02x}{:02x}{:02x}", shown.red, shown.green, shown.blue)
}

/// The colours of an accent, in light and dark.
struct Tones {
    /// Text, and what white text stands on.
    light: Srgb,
    light_soft: Srgb,
    dark: Srgb,
    dark_solid: Srgb,
    dark_soft: Srgb,
}

fn make_tones(accent: Srgb) -> Tones {
    let light_soft = rounded(colour(LIGHT_PAPER).mix(accent, 0.07));
    let dark_soft = rounded(colour(DARK_CARD).mix(accent, 0.18));
    Tones {
        light: adjust(accent, &[colour(LIGHT_SHADE), light_soft, colour(WHITE)], -0.01),
        light_soft,
        dark: adjust(accent, &[colour(DARK_SHADE), dark_soft], 0.01),
        dark_solid: adjust(accent, &[colour(WHITE)], -0.01),
        dark_soft,
    }
}

/// Writes the tokens that differ from those of `style/tokens.css`, in its layer, so that high contrast and print still
/// win over them. `None` where the accent is no colour.
pub fn write_tokens(accent: &str) -> Option<String> {
    let Tones { light, light_soft, dark, dark_solid, dark_soft } = make_tones(parse(accent)?);
    let tokens = |text: Srgb, solid: Srgb, soft: Srgb| {
        format!(":root{{--red:{};--red-solid:{};--red-soft:{}}}", hex(text), hex(solid), hex(soft))
    };
    Some(format!(
        "@layer tokens{{{}@media (prefers-color-scheme: dark){{{}}}}}\n",
        tokens(light, light, light_soft),
        tokens(dark, dark_solid, dark_soft)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accent_can_be_read_in_light_and_dark() {
        let mut accents: Vec<(u8, u8, u8)> = Vec::new();
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                accents.extend((0..=255).step_by(51).map(|blue| (red, green, blue)));
            }
        }
        for accent in accents {
            let tones = make_tones(colour(accent));
            for (text, behind) in [
                (tones.light, colour(LIGHT_SHADE)),
                (tones.light, colour(LIGHT_PAPER)),
                (tones.light, tones.light_soft),
                (colour(WHITE), tones.light),
                (tones.dark, colour(DARK_SHADE)),
                (tones.dark, colour(DARK_CARD)),
                (tones.dark, tones.dark_soft),
                (colour(WHITE), tones.dark_solid),
            ] {
                let contrast = text.relative_contrast(behind);
                assert!(contrast >= 4.5, "{accent:?}: {contrast} of {} on {}", hex(text), hex(behind));
            }
        }
    }

    #[test]
    fn a_good_accent_stays_as_it_was_chosen() {
        let css = write_tokens(DEFAULT_ACCENT).expect("is a colour");
        assert!(css.contains("--red:#a3151b;--red-solid:#a3151b"), "{css}");
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for bad in ["", "a3151b", "#A3151B", "#a3151", "#a3151bb", "red", "#a3151b;}body{display:none", "#é151b"] {
            assert!(!is_accent(bad) && write_tokens(bad).is_none(), "{bad}");
        }
    }
}
