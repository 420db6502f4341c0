/// How what is found in a payload decides: tests are numbers of `PatternPlaces`, which fail where there is no value.
indirect enum PatternRule {
    case test(Int)
    case not(PatternRule)
    case all([PatternRule])
    case any([PatternRule])
}
