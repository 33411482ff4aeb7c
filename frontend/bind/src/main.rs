//! Splits the browser's program into what every page needs and what is loaded later, and writes the script that
//! connects both with the browser:
//!
//! ```text
//! bind-browser-program PROGRAM.wasm NAME FOLDER
//! ```

use std::error::Error;
use std::fs;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, name, folder] = &arguments[..] else {
        return Err("usage: bind-browser-program PROGRAM.wasm NAME FOLDER".into());
    };
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let bytes = fs::read(program)?;
    let unbound = folder.join(format!("{name}-unbound.wasm"));
    let script = format!("./{name}.js");
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &unbound;
    options.main_module = &script;
    options.target.web();
    transform(options)?;
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.input_path(&unbound).out_name(name);
    bindgen.keep_lld_exports(true).demangle(false).typescript(false);
    bindgen.generate(folder)?;
    fs::remove_file(unbound)?;
    fs::rename(folder.join(format!("{name}_bg.wasm")), folder.join(format!("{name}.wasm")))?;
    Ok(())
}
