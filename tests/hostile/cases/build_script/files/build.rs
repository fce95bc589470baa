fn main() {
    std::fs::write("@MARKS@", "100").unwrap();
}
