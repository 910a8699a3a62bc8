package dev.crossfade.config;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A certificate and its private key in PEM, checked before a listener is to live by them. */
final class PemPair {
  /** The kinds of keys that listeners take, and how each signs. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private PemPair() {}

  /** The first certificate of the chain. */
  static Certificate certificate(Path file, String pem) throws Unfit {
    try {
      Collection<? extends Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
      if (!chain.isEmpty()) {
        return chain.iterator().next();
      }
    } catch (GeneralSecurityException e) {
      // As for a file without any: what the parser says of ASN.1 helps nobody.
    }
    throw new Unfit(file + " holds no certificate in PEM");
  }

  static PrivateKey privateKey(Path file, String pem) throws Unfit {
    Matcher block = PKCS8.matcher(pem);
    if (!block.find()) {
      throw new Unfit(
          file
              + " holds no unencrypted private key in PKCS #8 (BEGIN PRIVATE KEY); openssl pkcs8"
              + " -topk8 -nodes makes one of other forms");
    }
    byte[] der = Base64.getMimeDecoder().decode(block.group(1));
    for (String kind : List.of("RSA", "EC")) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // Of another kind, or of none.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has " + kind, e);
      }
    }
    throw new Unfit(file + " holds no private key of RSA or an elliptic curve");
  }

  /**
   * Signs with the one and verifies with the other.
   *
   * @throws Unfit if they don't belong together
   */
  static void check(Certificate certificate, PrivateKey key, Path certificateFile, Path keyFile)
      throws Unfit {
    byte[] message = "crossfade".getBytes(StandardCharsets.US_ASCII);
    boolean match = false;
    try {
      Signature signature = Signature.getInstance(SIGNATURES.get(key.getAlgorithm()));
      signature.initSign(key);
      signature.update(message);
      byte[] signed = signature.sign();
      signature.initVerify(certificate);
      signature.update(message);
      match = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // A public key of another kind than the private one.
    }
    if (!match) {
      throw new Unfit(keyFile + " is not the key of the certificate in " + certificateFile);
    }
  }
}
