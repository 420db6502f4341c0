extension Issuer {
    /// Made for these tests, and used nowhere else: to make one takes a second.
    static let rsaKey = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC/r/a0okhPqw6a
        ZpsWq2UsgeVS2k1bRbuW/6kGkzLLs9/uFkanTj09/0YDoFcMuc6Fgkdit9///0xD
        104xb0MN54UtnTPLtvbdcHqrDQLfB7GNkp3aQs1jPmSkcL0Nbsh80YWCft4LB6e8
        Ri3Itk+b4268kC9JQq12hBiqW5TqZNPfDTDJHS/4CTlXA0KEkUBkMHuUgd0kEXzA
        wJTEbmt27tgjKEJRBA/BpNKlvQ6x4yqzOY6m8jFJ7X41Ls8qGluN/eXftRZuwJbY
        lBN2oZXZG2/MnXvvXMEvacVU1NWFdFXVHeIIsadeIXMRsAvV0HWZT4Y1zlmwt/1l
        /yGCgJ4/AgMBAAECggEAUGGfmJu8qvvWQdTpEBaLdKB748R7T9zsDyPiY0lysY0a
        SCK7OglLESZs27RvDH0WJ1I8UR8+JYGPH5u3xG8dtUTyye/z+mcdGjrCldv86j21
        rOJgo1gD/Kv7VCGahXmBRSYvUEuXHRT2t7LOHC6nL32twBDOY3A8gUhfd4Cz753i
        kBpC2Yyv2vdGv7scsMaZvhxPhp3WZr+sSTd8Ank0v5bzMMLqXbHPgWyBMxWUFhfc
        EsLiCrHmaVy+Owx2bjMw9gyud9OqgI5fQoL8hb+o9aUYCp1QVSlZf3eeErvy12KH
        CGn88bqaBvoChM6FVsMD9qMM5hhMaGMm5nNtYOUxoQKBgQDh8NGuTXq1RLM6oa7e
        TVvnxY/tK5AfUmPgaZpEf0HdPwy0wafdfLQ/J4O/qTfKi1wDqVL2gbcUOpTmh4nP
        m9N3o1wU/XKu1X3Y4UPulm4l9NFIuCAo7YeTVfmjddkR/K7lBOjyJJ6jJkunE+fs
        nIFR+tlfmrgIJdJSsB+sGkqmGQKBgQDZMIfBROJjFJg1wG9Fa7JeqvqGmF1SijYb
        F91KKOtILeZ4yQLLxm41XL30avRGEo6Ci5i2PMe+cXFf62XT171xdWT7osQM52gw
        2fMFER9iWpxVjAJpLEHOgpdoz+4OSRk3s9K+CeXu6Kyg339oADQn1StkNK74nQdR
        5zP8eWuCFwKBgGtNBweUXDZCDixGJNoGOyNzO8sS6Ts20Z/+BvmIxirgipQ9dA9H
        7gIgLf2Ty58xV92VSIUxTVUaDST+MYCbLG6g8lY1l4VYdo/NS4m/f0gfYFT8vKkz
        RTO/nPL4QMK+EgFJt6dnpL8urLcISRihqvjX/Oveeo/EBoKmiiQdyF3hAoGBAMnK
        8GcetGSwbteKSxgp/xk8LPa/O/4Dkk/L9XwA1tJCa1+QC/v/CsijuY4NjZZJiYU7
        ZJD1mfSU/GzNjtesHET9eOzgBt2iZ8jzx3rOtOUyIQzOwDKtvxq7dSgaASneuwJp
        HoYZNjyqjDIQVhTwE4Vq5xz8YhF1/KYZddC/k6bTAoGBAMBP8PYx6IxTFcj9Gt7r
        cbr4ESczCrInfKXIZbdKdARlxzQjgJZP6YmuVimjWbHoAeP+nAdmEI263NoSu1Oi
        1eRB61FVyYWDucoZtEo45fBKVRp5/X/6Rl+JUvV9sKvupHdFSQaExedsaNUhqH65
        qsoCKzpIxiLb+tC/wxooHfHG
        -----END PRIVATE KEY-----
        """
}
