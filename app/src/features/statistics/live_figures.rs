//! The figures at the foot of an open page.

/// Updates the figures from the stream, unless the reader has paused them.
pub fn follow_figures() {
    use crate::web::effects::next_frame;
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    let switch = || document().get_element_by_id("giu-so-lieu");
    let paused = move || switch().is_some_and(|switch| switch.get_attribute("aria-pressed").as_deref() == Some("true"));
    crate::live::stream::subscribe(crate::live::Topic::Figures, move |figures| {
        if paused() {
            return;
        }
        for (index, figure) in figures.split(' ').enumerate() {
            if let Some(element) = document().get_element_by_id(&format!("so-{index}")) {
                element.set_text_content(Some(figure));
            }
        }
    });
    next_frame(move || {
        if let Some(switch) = switch() {
            let press = Closure::<dyn Fn()>::new(move || {
                let pressed = if paused() { "false" } else { "true" };
                let _ = document()
                    .get_element_by_id("giu-so-lieu")
                    .map(|switch| switch.set_attribute("aria-pressed", pressed));
            });
            let _ = switch.add_event_listener_with_callback("click", press.into_js_value().unchecked_ref());
            let _ = switch.remove_attribute("hidden");
        }
    });
}
