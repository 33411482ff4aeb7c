//! The menu as HTML.

use super::{MenuItem, place};
use leptos::prelude::*;

/// The menu as a tree of links, for the header and for the page of all ways.
pub fn menu_tree(items: &[MenuItem]) -> impl IntoView + use<> {
    list_under(items, None)
}

fn list_under(items: &[MenuItem], parent: Option<i64>) -> AnyView {
    // what is deeper than the tree goes is shown nowhere
    let placed: Vec<i64> = place(items).iter().map(|(_, item)| item.id).collect();
    let entries: Vec<_> = items
        .iter()
        .filter(|item| item.parent == parent && placed.contains(&item.id))
        .map(|item| view! { <li>{entry(item)}{list_under(items, Some(item.id))}</li> })
        .collect();
    match entries.is_empty() {
        true => ().into_any(),
        false => view! { <ul class="plain-links">{entries}</ul> }.into_any(),
    }
}

/// A link, or a heading where the item leads nowhere.
fn entry(item: &MenuItem) -> AnyView {
    let label = item.label.clone();
    if item.target.is_empty() {
        return view! { <span class="menu-heading">{label}</span> }.into_any();
    }
    // other sites and telephones are not the browser program's to open
    let rel = (!item.target.starts_with('/')).then_some("external noopener");
    view! { <a href=item.target.clone() rel=rel>{label}</a> }.into_any()
}
