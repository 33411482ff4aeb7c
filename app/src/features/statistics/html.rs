//! The four figures as HTML.

use super::Figures;
use crate::base::format::format_number;
use crate::routes;
use leptos::prelude::*;

/// The figures for the foot of every public page. Each has an id, by which open pages update it.
pub fn figures(figures: Figures) -> impl IntoView {
    let figure = |(index, (label, number)): (usize, (&'static str, i64))| {
        view! { <div><dt>{label}</dt><dd id=format!("so-{index}")>{format_number(number)}</dd></div> }
    };
    let figures = figures.labelled().into_iter().enumerate().map(figure);
    view! {
        <section class="figures" aria-labelledby="thong-ke">
            <h2 id="thong-ke">"Thống kê truy cập"</h2>
            <dl>{figures.collect_view()}</dl>
            <p class="figures-more">
                <a href=routes::STATISTICS.path>"Xem thống kê"</a>
                <button type="button" class="link-button" id="giu-so-lieu" aria-pressed="false" hidden>
                    "Tạm dừng cập nhật số liệu"
                </button>
            </p>
        </section>
    }
}
