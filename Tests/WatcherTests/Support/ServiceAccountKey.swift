// SPDX-License-Identifier: Apache-2.0

import CryptoExtras

/// A key made for these tests and used nowhere else: making one takes seconds in a debug build.
enum ServiceAccountKey {
    /// As Google's console gives it: PKCS #8.
    static let pem = """
        -----BEGIN PRIVATE KEY-----
        MIIEuwIBADANBgkqhkiG9w0BAQEFAASCBKUwggShAgEAAoIBAQDI42c5Tmiv5xx8
        kphEy8u6LAU6289NF5D57wiNu8zY/kCyu6Qan9IFOFceoy6Dsn4vIxTLbZ7ZaeP5
        tAuFCf8qjckt8xyi2POX3lXNVD/BLWnmzGupXhJh0YeUzxao37mjWVuXf4VX+dqn
        scLsPhO+5yiC7FCizAiHCICIQ/or8ezyR5D5xEm3PmahGf91f6kIRTewLdRpzOMa
        Wt5qCOkqG+H//DD7bFcFKMBDEr/Lq2NtlaWwPbXUwkOk4HOHGYHYFmjOqr/WRWsc
        9B1S7naO07TQPVm/YPoF/fCzyY4Y4ToZ1cbx7+ab+X3Z1D5vXeLwmBhV4HGQvlmo
        xXV/GR9nAgMBAAECgf9gdvgPVTuNZmsQDPoU2vwAAPlY8GvZUjU1q90iEQkGG7Mq
        46ftGCcT0TX7nAEhHXqNRNpA3jD9xMmzSbsgeFylBTuf4kyU0VJElprxVMGGtFZw
        eEBNgeEGfLhjpqOAv6cFqpEkjNUw8y6mSby0AlXqDwA6/CpVZ0VBFltIciOGo829
        IdEkPcF07jZwqIH/Ts/pMMMpM8Ki0HnD87Z+bYFIW1rmKF+wLzmrqA6xTtuotXKr
        ocgjXqVfib0TMDfdm0VF/WPeir0gpblctHNxIq3GnJxF7UX9Hbit3xH33QU11AAO
        bRU+g52pb2wfuRKb10FjcQbhdvwsUTonauc5WjkCgYEA/EwOAvb0JSbCQSjZ3744
        3JcFgp+Jtz2RXPEMOz8+wFAKMHVgyAF8Bzyb1qzcbargdUouPHLR8p4D5SREZqu5
        ilCyZV8BnJy/XAmSQl7osa3Kk3wT4Wwe8VxI0jXuWC7Ooh9VBl+Lq1t543yaxqhc
        6AYecHdKQh9mF/6C6tGFzCUCgYEAy9YxP5ryY3gc17pEGZKlCr2QjvdBp0lcxf9Y
        Fvlv4FfNDylbl6cJbWlISeN+jnZT89JGBjOfI1OfihNdQQN/AqtJhApkW5AVkmDE
        Op8dYWJvuCDpFRVMP1wZAThmCfdJ54Gf/yWLaeq7K5X8sZpsmuNYKllksV1AbPKP
        ouri4ZsCgYBIpr4CLIrxh8+4Y8MZovVM0FBN5RMLKTeKw/75sKSpTGMiwSo1bfgB
        PXrCvtRa4DHylIHr9kRu0QHeIitwRVMQeVxlxI36Q0j3f+oWIq5vO9Rx0/EFoNTo
        O+LcZZtU2WW3Wb5qL2lQ1u6qi18mhaT7S4fIaxF/KPuFPU0FwX/94QKBgAcFFGMd
        YfWdAFlJl+jNjROGncDesQsi0qga+ByqcHjobS51fSsG3KNA+fVZeVVMq+18s16p
        TnS3/4mQyyhfB3O/FGQQu44Psz58SKXALxHYgwJzV7ObLSoNcOsC1zjGpGvtoeX2
        lAuMwu9oVfCD4fOfmryyoW4eSQa3f8zbi/67AoGBAMbSE4fqMdwRalTn2N1mcJAG
        /KrQZSbU0npraIBgji2iKTUbCnCi1PlUtKaKRSEV3qdMQphWmwhiDXJWrN93FVUa
        iC3BniqWF6knelHhfgtsD4B6FNKhQIH29A5HZVztCXubzRjZStdU1YpzTqrBEA8n
        PYN4hX7oY5RTtMhjGelF
        -----END PRIVATE KEY-----
        """

    static func privateKey() throws -> _RSA.Signing.PrivateKey {
        try _RSA.Signing.PrivateKey(pemRepresentation: Self.pem)
    }
}
